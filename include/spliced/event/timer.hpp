// A deadline.
#pragma once

#include <event2/event.h>
#include <event2/event_struct.h>

#include "spliced/base/clock.hpp"
#include "spliced/event/handler.hpp"
#include "spliced/event/loop.hpp"

namespace spliced::event {

/// Fires once for each arming and never early: libevent reckons with the kernel's coarse clock, which is some
/// milliseconds behind, so a timer that comes too soon is armed again for what is left.
class Timer {
  public:
    Timer() = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer() {
        if (bound_) event_del(&event_);
    }

    template <auto Method, typename Owner>
    void bind(Loop& loop, Owner& owner, Priority priority = Priority::traffic) {
        owner_ = &owner;
        assign(loop, priority, &trampoline<Method, Owner>);
    }

    /// Replaces an earlier deadline. `never` disarms.
    void arm(TimePoint now, TimePoint deadline);

    /// Arms only where nothing fires by then already. Deadlines mostly move away, and a timer that fires too
    /// early and is armed again costs less than one operation for each byte that moves.
    void arm_no_later(TimePoint now, TimePoint deadline) {
        if (deadline < armed_for_) arm(now, deadline);
    }

    void disarm();
    TimePoint armed_for() const { return armed_for_; }

  private:
    template <auto Method, typename Owner>
    static void trampoline(evutil_socket_t, short, void* opaque) {
        auto& timer = *static_cast<Timer*>(opaque);
        if (!timer.expired()) return;
        deliver<Method>(*static_cast<Owner*>(timer.owner_));
    }

    bool expired();
    void assign(Loop& loop, Priority priority, event_callback_fn callback);

    ::event event_;
    void* owner_ = nullptr;
    TimePoint armed_for_ = never;
    bool bound_ = false;
};

}  // namespace spliced::event
