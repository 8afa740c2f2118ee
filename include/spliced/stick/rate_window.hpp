// How many events there were in the last so many milliseconds, in twelve bytes.
#pragma once

#include <cstdint>

#include "spliced/base/clock.hpp"

namespace spliced::stick {

/// HAProxy's sliding window (its freq_ctr.h): the current period's events and, of the period before, the
/// share that still lies within the last period. base/rate.hpp is the same for a second, with a peak.
class RateWindow {
  public:
    /// `period` in milliseconds, the same in all calls; above 0.
    void count(std::uint32_t events, std::uint32_t period, TimePoint now);
    /// Events in the last period.
    std::uint32_t events(std::uint32_t period, TimePoint now) const;
    /// So many events, all of them now.
    void set(std::uint32_t events, TimePoint now);

  private:
    std::uint32_t began_ = 0;  ///< of the current period; the clock's milliseconds, which may wrap
    std::uint32_t current_ = 0;
    std::uint32_t previous_ = 0;
};

}  // namespace spliced::stick
