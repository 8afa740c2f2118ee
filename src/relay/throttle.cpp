#include "spliced/relay/throttle.hpp"

#include <algorithm>
#include <utility>

namespace spliced::relay {
namespace {

// Where no bucket asks for less. Bounded, because a limit may come in between booking and giving back.
constexpr std::size_t most_at_a_time = 1 << 20;

}  // namespace

void Lane::limit(Owner owner, TokenBucket::Rate rate) {
    spend(0);  // what was booked under the limit of before
    held_until_ = never;
    std::optional<TokenBucket>& bucket = own_[static_cast<std::size_t>(owner)];
    if (rate.bytes == 0)
        bucket.reset();
    else
        bucket.emplace(rate);
}

template <typename Visit>
void Lane::for_each_bucket(Visit visit) {
    for (std::optional<TokenBucket>& bucket : own_)
        if (bucket) visit(*bucket);
    if (sum_) visit(*sum_);
}

std::size_t Lane::allowance(TimePoint now) {
    if (granted_ == 0) {
        granted_ = most_at_a_time;
        for_each_bucket([&](const TokenBucket& bucket) { granted_ = std::min(granted_, bucket.share()); });
        held_until_ = now;
        for_each_bucket(
            [&](TokenBucket& bucket) { held_until_ = std::max(held_until_, bucket.book(now, granted_)); });
    }
    if (held_until_ > now) return 0;
    held_until_ = never;
    return granted_;
}

void Lane::spend(std::size_t bytes) {
    std::size_t unused = std::exchange(granted_, 0) - bytes;
    if (unused != 0) for_each_bucket([&](TokenBucket& bucket) { bucket.refund(unused); });
}

}  // namespace spliced::relay
