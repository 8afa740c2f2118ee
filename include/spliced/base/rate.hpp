// How often something happens: events in the last second, without a timer.
#pragma once

#include <cstdint>

#include "spliced/base/clock.hpp"

namespace spliced {

/// HAProxy's reckoning (its freq_ctr.h): the current second's events and, of the second before, the share
/// that still lies within the last 1,000 ms.
class Rate {
  public:
    void count(TimePoint now);

    /// Events a second, now.
    unsigned per_second(TimePoint now) const;
    /// Until per_second() is below `limit`, which is not 0; zero where it is. In whole milliseconds.
    Duration wait(TimePoint now, unsigned limit) const;
    /// The highest that count() has seen.
    unsigned peak() const { return peak_; }
    void forget_peak() { peak_ = 0; }

  private:
    TimePoint second_{};  ///< when the current one began
    unsigned current_ = 0;
    unsigned previous_ = 0;
    unsigned peak_ = 0;
};

}  // namespace spliced
