#include "spliced/event/loop.hpp"

#include <event2/event_struct.h>

#include <cerrno>

namespace spliced::event {

Result<std::unique_ptr<Loop>> Loop::create() {
    std::unique_ptr<event_config, decltype(&event_config_free)> config(event_config_new(), event_config_free);
    // Edge-triggered registration and EV_CLOSED are needed; only epoll has both.
    if (!config || event_config_require_features(config.get(), EV_FEATURE_ET | EV_FEATURE_EARLY_CLOSE) < 0)
        return Error{"cannot create the event loop: out of memory"};
    event_config_set_flag(config.get(), EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV);
    event_base* base = event_base_new_with_config(config.get());
    if (!base) return system_error("cannot create the event loop", errno);
    event_base_priority_init(base, 2);
    return std::make_unique<Loop>(base);
}

Loop::Loop(event_base* base) : base_(base) {
    event_assign(
        &turn_, base, -1, 0,
        [](evutil_socket_t, short, void* self) { static_cast<Loop*>(self)->run_deferred(); }, this);
}

Loop::~Loop() {
    event_del(&turn_);
}

void Loop::run() {
    event_base_loop(base_.get(), EVLOOP_NO_EXIT_ON_EMPTY);
}

void Loop::stop() {
    event_base_loopbreak(base_.get());
}

void Loop::defer(Deferred& work) {
    if (deferred_.empty()) {
        constexpr timeval at_once{0, 0};
        event_add(&turn_, &at_once);
    }
    deferred_.append(work);
}

void Loop::run_deferred() {
    deferred_.run_all();
}

}  // namespace spliced::event
