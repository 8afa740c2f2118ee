// A limit of bytes per time, as a value: who wants to move bytes books them, and hears from when on they may
// flow. Pure; the time is passed in.
//
// What is booked too early is a debt that the next ones wait behind, so that many flows that share a bucket
// take turns in the order in which they came.
#pragma once

#include <cstddef>

#include "spliced/base/clock.hpp"

namespace spliced::relay {

class TokenBucket {
  public:
    struct Rate {
        std::size_t bytes = 0;         ///< 0: no limit
        Duration period = seconds(1);  ///< more than zero
        std::size_t least_share = 0;   ///< what share() is at least
    };

    explicit TokenBucket(Rate rate) : rate_(rate) {}

    /// Holds for what is booked from now on.
    void set_rate(Rate rate) { rate_ = rate; }

    /// After a silence of one period, that many bytes flow at once: over any time T no more than
    /// bytes * (1 + T / period) do.
    TimePoint book(TimePoint now, std::size_t bytes);
    /// Gives back what was booked and did not flow.
    void refund(std::size_t bytes);

    /// What is worth booking at a time: a small part of the period's bytes, so that a flow neither stutters
    /// nor holds up those that it shares the bucket with.
    std::size_t share() const;

  private:
    Duration time_of(std::size_t bytes) const;

    Rate rate_;
    TimePoint paid_until_{};
};

}  // namespace spliced::relay
