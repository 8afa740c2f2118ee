#include "spliced/proxy/pace.hpp"

namespace spliced::proxy {

// True where it has opened or closed.
bool Pace::look(TimePoint now) {
    bool was_closed = closed_;
    Duration wait = limit_ == 0 ? Duration::zero() : rate_.wait(now, limit_);
    closed_ = wait > Duration::zero();
    slot_.arm(now, closed_ ? now + wait : never);
    return closed_ != was_closed;
}

void Pace::set_limit(unsigned limit) {
    limit_ = limit;
    if (look(loop_.now()) && observer_) observer_->on_pace_changed();
}

bool Pace::on_count(TimePoint now) {
    return limit_ != 0 && look(now) && closed_;
}

event::Verdict Pace::on_slot() {
    if (look(loop_.now()) && observer_) observer_->on_pace_changed();
    return event::Verdict::keep;
}

}  // namespace spliced::proxy
