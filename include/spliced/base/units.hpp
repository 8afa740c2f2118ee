// Numbers, durations and sizes as an operator writes them, in HAProxy's units (configuration manual, 2.5
// and 2.6).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "spliced/base/result.hpp"

namespace spliced {

/// Both ends belong to it.
struct Range {
    std::int64_t min = 0;
    std::int64_t max = INT32_MAX;
};

/// A whole number. A fraction, a sign where the range has no negative numbers, and a number outside of the
/// range are errors.
Result<std::int64_t> parse_integer(std::string_view text, Range range);

/// A whole number with us, ms, s, m, h or d behind it; without a unit it means milliseconds. Part of a
/// millisecond counts as a whole one, so that "1us" does not become 0, which is "never". At most 2^31-1 ms.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// A whole number of bytes, with k, m or g (1024, its square, its cube) behind it or not.
Result<std::size_t> parse_size(std::string_view text);

/// The shortest exact form that parse_duration() reads back: "90s", "2m", "0".
std::string duration_text(std::chrono::milliseconds duration);

/// The shortest exact form that parse_size() reads back: "64k".
std::string size_text(std::size_t bytes);

}  // namespace spliced
