#include "spliced/stick/rate_window.hpp"

namespace spliced::stick {
namespace {

std::uint32_t milliseconds_of(TimePoint now) {
    return static_cast<std::uint32_t>(to_ms(now.time_since_epoch()));
}

}  // namespace

void RateWindow::count(std::uint32_t events, std::uint32_t period, TimePoint now) {
    std::uint32_t moment = milliseconds_of(now);
    std::uint32_t age = moment - began_;
    if (age >= period) {
        bool is_recent = age - period < period;
        previous_ = is_recent ? current_ : 0;
        began_ = is_recent ? began_ + period : moment;
        current_ = 0;
    }
    current_ += events;
}

std::uint32_t RateWindow::events(std::uint32_t period, TimePoint now) const {
    std::uint32_t age = milliseconds_of(now) - began_;
    std::uint64_t current = current_;
    std::uint64_t past = previous_;
    if (age >= period) {
        age -= period;
        if (age >= period) return 0;
        past = current;
        current = 0;
    }
    // A single event is shown until it is too old, instead of 0 a moment after it happened.
    if (current == 0 && past <= 1) return static_cast<std::uint32_t>(past);
    return static_cast<std::uint32_t>(current + past * (period - age) / period);
}

void RateWindow::set(std::uint32_t events, TimePoint now) {
    began_ = milliseconds_of(now);
    current_ = events;
    previous_ = 0;
}

}  // namespace spliced::stick
