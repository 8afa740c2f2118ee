#include "spliced/control/live_bytes.hpp"

#include "spliced/proxy/terms.hpp"

namespace spliced::control {

LiveBytes::LiveBytes(const proxy::Engine& engine) {
    engine.sessions().for_each([&](const proxy::Session& session) {
        if (session.is_over()) return;
        Sum moved{session.relay().bytes_from(relay::Side::client),
                  session.relay().bytes_from(relay::Side::server)};
        auto add = [&](const void* object) {
            Sum& sum = sums_[object];
            sum.in += moved.in;
            sum.out += moved.out;
        };
        add(&session.listener());
        add(&session.listener().frontend());
        if (session.backend()) add(session.backend());
        if (session.last_server()) add(session.last_server());
        total_.in += moved.in;
        total_.out += moved.out;
    });
}

LiveBytes::Sum LiveBytes::of(const void* object) const {
    auto found = sums_.find(object);
    return found == sums_.end() ? Sum() : found->second;
}

}  // namespace spliced::control
