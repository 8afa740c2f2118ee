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

}  // namespace spliced
