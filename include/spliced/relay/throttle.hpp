// What holds back the bytes of one session: for each direction limits of its own, and one that it shares with
// others. Most sessions have no throttle.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "spliced/relay/token_bucket.hpp"

namespace spliced::relay {

/// Of one direction.
class Lane {
  public:
    Lane() = default;
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;
    ~Lane() { spend(0); }

    enum class Owner { listener, rule };  ///< who sets a limit; a later word of the same one replaces it
    void limit(Owner owner, TokenBucket::Rate rate);
    /// `sum` is not owned and outlives the lane.
    void share(TokenBucket& sum) { sum_ = &sum; }

    /// How many bytes may be read now; 0 where it is held until held_until().
    std::size_t allowance(TimePoint now);
    /// So many of them were read.
    void spend(std::size_t bytes);

    bool is_held() const { return held_until_ != never; }
    /// `never` where it is not held.
    TimePoint held_until() const { return held_until_; }

  private:
    template <typename Visit>
    void for_each_bucket(Visit visit);

    std::array<std::optional<TokenBucket>, 2> own_;
    TokenBucket* sum_ = nullptr;
    std::size_t granted_ = 0;  ///< booked and not read
    TimePoint held_until_ = never;
};

/// Both directions, by the side that they come from.
struct Throttle {
    std::array<Lane, 2> lanes;
};

}  // namespace spliced::relay
