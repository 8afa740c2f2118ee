#include "spliced/proxy/listener_bandwidth.hpp"

namespace spliced::proxy {

void ListenerBandwidth::adopt(const config::Bind& settings) {
    auto set = [](Direction& direction, std::size_t sum, std::size_t each) {
        direction.sum.set_rate({sum, seconds(1), 0});
        direction.each = {each, seconds(1), 0};
        direction.wanted = sum != 0 || each != 0;
    };
    set(in_, settings.bwlim_in, settings.bwlim_in_each);
    set(out_, settings.bwlim_out, settings.bwlim_out_each);
}

void ListenerBandwidth::limit(relay::Relay& relay) {
    auto apply = [&relay](Direction& direction, relay::Side from) {
        if (!direction.wanted) return;
        relay::Lane& lane = relay.lane_from(from);
        lane.share(direction.sum);
        lane.limit(relay::Lane::Owner::listener, direction.each);
    };
    apply(in_, relay::Side::client);
    apply(out_, relay::Side::server);
}

}  // namespace spliced::proxy
