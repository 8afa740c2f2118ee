#include "spliced/base/rate.hpp"

#include <algorithm>

namespace spliced {
namespace {

// Whole milliseconds since the second began; 2,000 where that is longer ago than anything that counts.
unsigned age(TimePoint second, TimePoint now) {
    constexpr long long forgotten = 2000;
    return static_cast<unsigned>(std::min(to_ms(now - second), forgotten));
}

}  // namespace

void Rate::count(TimePoint now) {
    unsigned passed = age(second_, now);
    if (passed >= 1000) {
        previous_ = passed < 2000 ? current_ : 0;
        current_ = 0;
        second_ = passed < 2000 ? second_ + seconds(1) : now;
    }
    ++current_;
    peak_ = std::max(peak_, per_second(now));
}

unsigned Rate::per_second(TimePoint now) const {
    unsigned passed = age(second_, now);
    if (passed >= 2000) return 0;
    if (passed >= 1000) return current_ * (2000 - passed) / 1000;
    return current_ + previous_ * (1000 - passed) / 1000;
}

// The share of a second's events that still counts falls with each millisecond; the first at which the whole
// is below the limit is looked for in this second and, should that have too many of its own, in the next.
Duration Rate::wait(TimePoint now, unsigned limit) const {
    if (per_second(now) < limit) return Duration::zero();
    // Events times what is left of their second stay below room for a limit of whole events.
    auto enough_passed = [](std::uint64_t events, std::uint64_t room) {
        return milliseconds(events == 0 ? 0 : 1000 - (room * 1000 - 1) / events);
    };
    TimePoint free;
    if (age(second_, now) < 1000 && current_ < limit)
        free = second_ + enough_passed(previous_, limit - current_);
    else
        free = second_ + seconds(1) + enough_passed(current_, limit);
    return std::max<Duration>(free - now, milliseconds(1));
}

}  // namespace spliced
