// Time as a value: who needs the time is handed it, so that tests can hand over any.
#pragma once

#include <chrono>

namespace spliced {

/// Monotonic; a change of the system's date does not move it.
using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;

/// What a wall clock shows; for log lines only.
using WallTime = std::chrono::system_clock::time_point;

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// "Never": later than any deadline.
inline constexpr TimePoint never = TimePoint::max();

/// Whole milliseconds, rounded down, as HAProxy's log fields show them.
inline long long to_ms(Duration span) {
    return std::chrono::duration_cast<milliseconds>(span).count();
}

}  // namespace spliced
