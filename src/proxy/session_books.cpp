// What is counted of a session, and how its end is judged: a part of session.hpp, beside its life
// (session.cpp) and its log lines (session_log.cpp).
#include "spliced/proxy/frontend.hpp"
#include "spliced/proxy/session.hpp"

namespace spliced::proxy {

using relay::Side;

void Session::set_cause(char first_event, char phase) {
    if (cause_ != '-') return;
    cause_ = first_event;
    cause_phase_ = phase;
}

void Session::judge_relay() {
    bool client = relay_.cause_side() == Side::client;
    char phase = relay_.server_was_done() ? 'L' : 'D';
    switch (relay_.cause()) {
        case relay::Cause::none:
            break;
        case relay::Cause::reset:
            set_cause(client ? 'C' : 'S', phase);
            break;
        case relay::Cause::timeout:
            set_cause(client ? 'c' : 's', phase);
            break;
        case relay::Cause::shortage:
            set_cause('R', phase);
            break;
        case relay::Cause::killed:
            set_cause('K', phase);
            break;
    }
}

TimePoint Session::deadline() const {
    return phase_ == Phase::relaying ? relay_.next_deadline(route_->idle_limits) : timer_.armed_for();
}

// ---- counters

void Session::count(std::uint64_t balance::ServiceCounters::*what) {
    ++(server_->counters.*what);
    ++(backend()->counters.*what);
}

void Session::count_choice(Choice by) {
    TimePoint now = shared().loop.now();
    for (balance::ServiceCounters* counters : {&server_->counters, &backend()->counters}) {
        ++counters->chosen;
        if (by == Choice::balancer) ++counters->balanced;
        counters->last_session = now;
    }
    server_->counters.rate.count(now);  // the backend's has counted it when it came
}

// Bytes are counted when the session is over, as HAProxy does without `option contstats`; what runs is added
// by whoever shows them.
void Session::keep_books() {
    std::uint64_t in = relay_.bytes_from(Side::client);
    std::uint64_t out = relay_.bytes_from(Side::server);
    std::uint64_t to_client = out + (farewell_ ? farewell_->bytes_sent() : 0);
    listener_.bytes_in += in;
    listener_.bytes_out += to_client;
    listener_.frontend().bytes_in += in;
    listener_.frontend().bytes_out += to_client;
    shared().bytes_out += to_client;
    if (TrackedEntries* entries = tracked()) entries->count_bytes(in, out);
    if (!backend()) return;
    TimePoint now = shared().loop.now();
    auto total = to_ms(now - accepted_at_);
    auto queued = stay() ? to_ms(stay()->waited(now)) : 0;
    auto add = [&](balance::ServiceCounters& counters) {
        counters.bytes_in += in;
        counters.bytes_out += out;
        counters.queue_time.add(queued);
        if (connect_ms_ >= 0) counters.connect_time.add(connect_ms_);
        counters.total_time.add(total);
        // Only once bytes could move; HAProxy counts silences as aborts, too.
        if (connect_ms_ < 0) return;
        if (cause_ == 'C' || cause_ == 'c') ++counters.client_aborts;
        if (cause_ == 'S' || cause_ == 's') ++counters.server_aborts;
        if (cause_ == 'S') ++counters.response_errors;
    };
    add(backend()->counters);
    if (last_server_) add(last_server_->counters);
}

}  // namespace spliced::proxy
