#include "spliced/balance/health.hpp"

#include <algorithm>

namespace spliced::balance {

const char* CheckResult::description() const {
    switch (status) {
        case Status::passed:
            return "Layer4 check passed";
        case Status::refused:
            return "Layer4 connection problem";
        case Status::timed_out:
            return "Layer4 timeout";
        case Status::inconclusive:
            break;
    }
    return "Health status unknown";
}

unsigned spread_percent(CheckResult::Status status, unsigned configured) {
    constexpr unsigned when_failing = 5;
    return status == CheckResult::Status::passed ? configured : std::max(configured, when_failing);
}

std::chrono::microseconds spread(std::chrono::microseconds interval, unsigned percent, double where) {
    double most = static_cast<double>(interval.count()) * percent / 100.0;
    return interval + std::chrono::microseconds(static_cast<std::chrono::microseconds::rep>(most * where));
}

Health::Change Health::on_result(CheckResult::Status status) {
    if (status == CheckResult::Status::inconclusive) return Change::none;
    bool was_up = up();
    if (status == CheckResult::Status::passed) {
        stopping_ = false;
        if (counter_ < top()) ++counter_;
        if (up()) counter_ = top();
        return up() && !was_up ? Change::went_up : Change::none;
    }
    counter_ = counter_ > rise_ ? counter_ - 1 : 0;
    return was_up && !up() ? Change::went_down : Change::none;
}

void Health::force(Forced state) {
    counter_ = state == Forced::down ? 0 : top();
    stopping_ = state == Forced::stopping;
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
