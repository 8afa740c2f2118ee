#include "spliced/event/timer.hpp"

namespace spliced::event {

void Timer::assign(Loop& loop, Priority priority, event_callback_fn callback) {
    event_assign(&event_, loop.base(), -1, 0, callback, this);
    event_priority_set(&event_, static_cast<int>(priority));
    bound_ = true;
}

void Timer::arm(TimePoint now, TimePoint deadline) {
    if (deadline == never) return disarm();
    auto left = deadline > now ? std::chrono::ceil<microseconds>(deadline - now) : microseconds(0);
    timeval span{};
    span.tv_sec = static_cast<time_t>(left.count() / 1'000'000);
    span.tv_usec = static_cast<suseconds_t>(left.count() % 1'000'000);
    event_add(&event_, &span);
    armed_for_ = deadline;
}

bool Timer::expired() {
    TimePoint now = Clock::now();
    if (now < armed_for_) {
        arm(now, armed_for_);
        return false;
    }
    armed_for_ = never;
    return true;
}

void Timer::disarm() {
    if (armed_for_ == never) return;
    event_del(&event_);
    armed_for_ = never;
}

}  // namespace spliced::event
