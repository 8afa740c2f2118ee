#include "spliced/relay/token_bucket.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace spliced::relay {
namespace {

constexpr milliseconds stride{20};
constexpr std::size_t smallest_share = 1448;  // a segment of Ethernet
constexpr std::size_t largest_share = 64 * 1024;

}  // namespace

// A double is exact to the nanosecond for the bytes of any one booking.
Duration TokenBucket::time_of(std::size_t bytes) const {
    if (rate_.bytes == 0) return Duration::zero();
    double share = static_cast<double>(bytes) / static_cast<double>(rate_.bytes);
    return Duration(static_cast<Duration::rep>(std::ceil(share * static_cast<double>(rate_.period.count()))));
}

TimePoint TokenBucket::book(TimePoint now, std::size_t bytes) {
    if (rate_.bytes == 0) return now;
    paid_until_ = std::max(paid_until_, now - rate_.period) + time_of(bytes);
    return std::max(now, paid_until_);
}

void TokenBucket::refund(std::size_t bytes) {
    paid_until_ -= time_of(bytes);
}

std::size_t TokenBucket::share() const {
    if (rate_.bytes == 0) return std::numeric_limits<std::size_t>::max();
    double part = std::chrono::duration<double>(stride) / std::chrono::duration<double>(rate_.period);
    auto bytes = static_cast<std::size_t>(std::min(1.0, part) * static_cast<double>(rate_.bytes));
    std::size_t share = std::clamp(bytes, std::min(rate_.bytes, smallest_share), largest_share);
    return std::max(share, rate_.least_share);
}

}  // namespace spliced::relay
