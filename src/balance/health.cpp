#include "spliced/balance/health.hpp"

#include <algorithm>

namespace spliced::balance {

unsigned spread_percent(CheckResult::Status status, unsigned configured) {
    constexpr unsigned when_failing = 5;
    bool failed = config::outcome_of(status) == config::CheckOutcome::failed;
    return failed ? std::max(configured, when_failing) : configured;
}

std::chrono::microseconds spread(std::chrono::microseconds interval, unsigned percent, double where) {
    double most = static_cast<double>(interval.count()) * percent / 100.0;
    return interval + std::chrono::microseconds(static_cast<std::chrono::microseconds::rep>(most * where));
}

Health::Change Health::on_result(CheckResult::Status status) {
    using Outcome = config::CheckOutcome;
    Outcome outcome = config::outcome_of(status);
    if (outcome == Outcome::unknown || outcome == Outcome::neutral) return Change::none;
    bool was_up = up();
    if (outcome != Outcome::failed) {
        bool was_stopping = stopping();
        if (counter_ < top()) ++counter_;
        if (up()) counter_ = top();
        stopping_ = up() && outcome == Outcome::conditional;
        if (stopping_) return was_stopping ? Change::none : Change::went_stopping;
        return up() && (!was_up || was_stopping) ? Change::went_up : Change::none;
    }
    counter_ = counter_ > rise_ ? counter_ - 1 : 0;
    return was_up && !up() ? Change::went_down : Change::none;
}

void Health::force(Forced state) {
    counter_ = state == Forced::down ? 0 : top();
    stopping_ = state == Forced::stopping;
}

void Health::approach_failure(config::OnError how) {
    if (how == config::OnError::sudden_death && counter_ > rise_ + 1) counter_ = rise_ + 1;
    if (how == config::OnError::mark_down && counter_ > rise_) counter_ = rise_;
}

void Health::restart() {
    counter_ = rise_;
    stopping_ = false;
}

void Health::set_rules(unsigned rise, unsigned fall) {
    bool was_up = up();
    bool was_stable = counter_ == 0 || counter_ == top();
    rise_ = rise;
    fall_ = fall;
    // A server in transition begins it anew: one failure from down, or one success from up.
    if (was_stable)
        counter_ = was_up ? top() : 0;
    else
        counter_ = was_up ? rise_ : rise_ - 1;
}

std::chrono::milliseconds Health::interval(const config::Check& check) const {
    if (counter_ == 0) return check.downinter.value_or(check.inter);
    if (counter_ < top()) return check.fastinter.value_or(check.inter);
    return check.inter;
}

}  // namespace spliced::balance
