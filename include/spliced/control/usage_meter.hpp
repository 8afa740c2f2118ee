// How busy the process has been lately, from what it can ask the kernel: no timer, no cost while nobody asks.
#pragma once

#include <cstdint>

#include "spliced/base/clock.hpp"

namespace spliced::control {

class UsageMeter {
  public:
    explicit UsageMeter(TimePoint now);

    struct Usage {
        unsigned idle_percent = 100;       ///< of the thread's time
        std::uint64_t bytes_a_second = 0;  ///< to clients
    };

    /// Since the last look that is at least a second ago; `bytes_out` is the process's counter.
    Usage look(TimePoint now, std::uint64_t bytes_out);

  private:
    struct Sample {
        TimePoint at{};
        Duration busy{};  ///< processor time used so far
        std::uint64_t bytes_out = 0;
    };

    Sample base_;    ///< what is compared with
    Sample recent_;  ///< the next base, once it is old enough
};

}  // namespace spliced::control
