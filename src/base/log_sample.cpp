#include "spliced/base/log_sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "spliced/base/text.hpp"

namespace spliced {
namespace {

constexpr std::string_view shape = "write it as 'sample 1,3-5:10', lines 1, 3, 4 and 5 of each 10";

std::optional<unsigned> number_of(std::string_view text) {
    unsigned number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number == 0) return std::nullopt;
    return number;
}

}  // namespace

Result<LogSample> LogSample::parse(std::string_view text) {
    LogSample sample;
    auto colon = text.find(':');
    auto period = colon == std::string_view::npos ? std::nullopt : number_of(text.substr(colon + 1));
    if (!period) return Error{fmt::format("'{}' has no period: {}", text, shape)};
    sample.period_ = *period;
    unsigned last = 0;
    for (std::string_view part : split_at(text.substr(0, colon), ',')) {
        auto dash = part.find('-');
        auto first = number_of(part.substr(0, dash));
        auto end = dash == std::string_view::npos ? first : number_of(part.substr(dash + 1));
        if (!first || !end || *first > *end) return Error{fmt::format("'{}' is no range: {}", part, shape)};
        if (*first <= last)
            return Error{fmt::format("range '{}' overlaps the one before it, or precedes it", part)};
        if (*end > *period) return Error{fmt::format("range '{}' ends behind the period, {}", part, *period)};
        sample.ranges_.push_back({*first, *end});
        last = *end;
    }
    return sample;
}

bool LogSample::takes(unsigned long long number) const {
    if (takes_all()) return true;
    auto place = number % period_ + 1;
    return std::ranges::any_of(
        ranges_, [&](const Range& range) { return range.first <= place && place <= range.last; });
}

std::string LogSample::text() const {
    if (takes_all()) return {};
    std::string text;
    for (const Range& range : ranges_) {
        if (!text.empty()) text += ',';
        text += range.first == range.last ? std::to_string(range.first)
                                          : fmt::format("{}-{}", range.first, range.last);
    }
    return fmt::format("{}:{}", text, period_);
}

}  // namespace spliced
