#include "spliced/event/loop.hpp"

#include <event2/event_struct.h>

#include <cerrno>

namespace spliced::event {
namespace {

// Fat flows that are gone on with before others are looked at: some milliseconds of work.
constexpr int deferred_per_round = 8;

// A turn serves the data sockets in some rounds, and waits in between for what follows at once: going back to
// libevent costs a second epoll_wait(2) and more than a small message does. Short enough for timers, signals
// and checks.
constexpr int rounds_per_turn = 8;
constexpr milliseconds longest_lull{1};
// Fat flows fill a turn with few rounds.
constexpr milliseconds longest_turn{2};

// Where little happens that wait is in vain and costs a wake-up, so it is not tried again for a while.
constexpr int turns_after_a_vain_lull = 16;

}  // namespace

Result<std::unique_ptr<Loop>> Loop::create() {
    std::unique_ptr<event_config, decltype(&event_config_free)> config(event_config_new(), event_config_free);
    if (!config) return Error{"cannot create the event loop: out of memory"};
    event_config_avoid_method(config.get(), "select");
    event_config_avoid_method(config.get(), "poll");
    event_config_set_flag(config.get(), EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV);
    event_base* base = event_base_new_with_config(config.get());
    if (!base) return system_error("cannot create the event loop", errno);
    event_base_priority_init(base, 2);
    UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
    auto loop = std::make_unique<Loop>(base, std::move(epoll));
    if (loop->streams_.fd() < 0 || !loop->watch_streams())
        return system_error("cannot create the event loop", errno);
    return loop;
}

Loop::Loop(event_base* base, UniqueFd epoll) : base_(base), streams_(std::move(epoll)) {
    auto on_turn = [](evutil_socket_t, short, void* self) { static_cast<Loop*>(self)->take_turn(); };
    event_assign(&turn_, base, -1, 0, on_turn, this);
    event_priority_set(&turn_, static_cast<int>(Priority::traffic));
    event_assign(&streams_ready_, base, streams_.fd(), EV_READ | EV_PERSIST, on_turn, this);
    event_priority_set(&streams_ready_, static_cast<int>(Priority::traffic));
}

bool Loop::watch_streams() {
    return event_add(&streams_ready_, nullptr) == 0;
}

Loop::~Loop() {
    event_del(&turn_);
    event_del(&streams_ready_);
}

void Loop::run() {
    event_base_loop(base_.get(), EVLOOP_NO_EXIT_ON_EMPTY);
}

void Loop::stop() {
    event_base_loopbreak(base_.get());
}

void Loop::defer(Deferred& work) {
    if (deferred_.empty() && !in_turn_) schedule_turn();
    deferred_.append(work);
}

void Loop::schedule_turn() {
    constexpr timeval at_once{0, 0};
    event_add(&turn_, &at_once);
}

// Both `turn_` and readiness bring it about. Where both do, one turn is enough: a second would come before
// signals and checks are looked at.
void Loop::take_turn() {
    event_del(&turn_);
    in_turn_ = true;
    TimePoint end = now() + longest_turn;
    serve(milliseconds(0));
    for (int round = 1; round < rounds_per_turn && now() < end; ++round) {
        if (!deferred_.empty())
            serve(milliseconds(0));
        else if (!serve_after_lull())
            break;
    }
    in_turn_ = false;
    if (!deferred_.empty()) schedule_turn();
}

/// False where nothing came.
bool Loop::serve(milliseconds patience) {
    bool heard = streams_.collect(patience);
    deferred_.run(deferred_per_round);
    return heard;
}

bool Loop::serve_after_lull() {
    if (turns_without_lull_ > 0) {
        --turns_without_lull_;
        return false;
    }
    if (serve(longest_lull)) return true;
    turns_without_lull_ = turns_after_a_vain_lull;
    return false;
}

}  // namespace spliced::event
