#include "spliced/base/units.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

namespace spliced {
namespace {

struct Unit {
    std::string_view suffix;
    std::int64_t factor;
};

// From large to small, as the shortest form is looked for. "us" divides and so stands apart.
constexpr std::array durations{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000},
                               Unit{"s", 1000},       Unit{"ms", 1},        Unit{"", 1}};
constexpr std::array sizes{Unit{"g", 1 << 30}, Unit{"m", 1 << 20}, Unit{"k", 1 << 10}, Unit{"", 1}};

constexpr std::int64_t max_milliseconds = INT32_MAX;

/// The digits at the start; what follows them is left in `text`. Absent where there are none; INT64_MAX where
/// there are too many.
std::optional<std::int64_t> take_number(std::string_view& text) {
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::invalid_argument || number < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return error == std::errc::result_out_of_range ? INT64_MAX : number;
}

template <std::size_t N>
std::optional<std::int64_t> factor_of(std::string_view suffix, const std::array<Unit, N>& units) {
    for (const auto& unit : units)
        if (unit.suffix == suffix) return unit.factor;
    return std::nullopt;
}

template <std::size_t N>
std::string shortest(std::int64_t value, const std::array<Unit, N>& units) {
    if (value == 0) return "0";
    for (const auto& unit : units)
        if (value % unit.factor == 0) return fmt::format("{}{}", value / unit.factor, unit.suffix);
    return std::to_string(value);
}

}  // namespace

Result<std::int64_t> parse_integer(std::string_view text, Range range) {
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::invalid_argument || end != text.data() + text.size())
        return Error{fmt::format("'{}' is not a whole number", text)};
    if (error == std::errc::result_out_of_range || number < range.min || number > range.max)
        return Error{fmt::format("{} is not within {} and {}", text, range.min, range.max)};
    return number;
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
    auto rest = text;
    auto number = take_number(rest);
    bool microseconds = rest == "us";
    auto factor = microseconds ? 1 : factor_of(rest, durations);
    if (!number || !factor)
        return Error{fmt::format("'{}' is not a duration: a whole number and us, ms, s, m, h or d", text)};
    if (microseconds) number = *number / 1000 + (*number % 1000 != 0 ? 1 : 0);
    if (*number > max_milliseconds / *factor)
        return Error{fmt::format("{} is too long: at most {}ms, about 24 days", text, max_milliseconds)};
    return std::chrono::milliseconds(*number * *factor);
}

Result<std::size_t> parse_size(std::string_view text) {
    auto rest = text;
    auto number = take_number(rest);
    auto factor = factor_of(rest, sizes);
    if (!number || !factor)
        return Error{fmt::format("'{}' is not a size: a whole number of bytes, or with k, m or g", text)};
    if (*number >= INT64_MAX / *factor) return Error{fmt::format("{} is too large", text)};
    return static_cast<std::size_t>(*number * *factor);
}

std::string duration_text(std::chrono::milliseconds duration) {
    return shortest(duration.count(), durations);
}

std::string size_text(std::size_t bytes) {
    return shortest(static_cast<std::int64_t>(bytes), sizes);
}

}  // namespace spliced
