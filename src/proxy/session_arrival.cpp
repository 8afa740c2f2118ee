// From accept to the choice of a server: the first part of a session's life (session.hpp).
#include "spliced/proxy/frontend.hpp"
#include "spliced/proxy/session.hpp"

namespace spliced::proxy {

using event::Verdict;
using relay::Side;

bool Session::start() {
    relay::Relay::Endpoint& client = relay_.end(Side::client);
    if (!client.event.watch<&Session::on_client_ready>(shared().loop, client.socket.get(), *this)) {
        set_cause('R', 'C');
        return finish() == Verdict::keep;
    }
    bool waits = phase_ == Phase::greeting;
    return (waits ? greet() : admit()) == Verdict::keep;
}

// Where it goes stands now.
Verdict Session::arrive() {
    phase_ = Phase::arriving;
    if (shared().loop.now() != accepted_at_)  // its header, or rules, took time
        silent_ms_ = static_cast<std::int32_t>(to_ms(shared().loop.now() - accepted_at_));
    if (!awaits_first_word() || relay_.has_heard(Side::client)) return dial();
    timer_.arm(admitted_at(), admitted_at() + FirstWord::patience);
    return Verdict::keep;
}

void Session::set_bandwidth_limit(const config::BandwidthFilter& filter) {
    bool in = filter.direction == config::BandwidthFilter::Direction::in;
    relay_.lane_from(in ? Side::client : Side::server)
        .limit(relay::Lane::Owner::rule, {filter.bytes, filter.period, filter.min_size});
}

// Once, before a server is chosen.
void Session::take_route(const Route& route) {
    route_ = &route;
    if (!backend()) return;
    backend()->enter();
    backend()->counters.rate.count(shared().loop.now());
}

// Not where the server is far, because the wait would add to the time of the way to it, and not where we
// would only sleep meanwhile.
bool Session::awaits_first_word() const {
    return !first_word_known_ && listener_.first_word.is_awaited() && route_->servers_are_local &&
           shared().loop.is_busy();
}

void Session::learn_first_word(bool in_time) {
    first_word_known_ = true;
    listener_.first_word.learn(in_time);
}

Verdict Session::dial_after_silence() {
    silent_ms_ = static_cast<std::int32_t>(to_ms(shared().loop.now() - accepted_at_));
    return dial();
}

}  // namespace spliced::proxy
