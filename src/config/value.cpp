#include "spliced/config/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "spliced/config/hint.hpp"

namespace spliced::config {
namespace {

template <typename Integer>
Result<void> assign_integer(Integer& field, std::string_view text, Range range) {
    auto number = parse_integer(text, range);
    if (!number) return number.error();
    field = static_cast<Integer>(*number);
    return {};
}

/// What other programs' words for yes and no mean; empty for any other word.
std::string_view yes_or_no(std::string_view text) {
    constexpr std::array<std::string_view, 7> yes{"yes", "y", "true", "on", "1", "enable", "enabled"};
    constexpr std::array<std::string_view, 7> no{"no", "n", "false", "off", "0", "disable", "disabled"};
    auto word = lower_case(text);
    if (std::find(yes.begin(), yes.end(), word) != yes.end()) return "yes";
    return std::find(no.begin(), no.end(), word) != no.end() ? "no" : "";
}

}  // namespace

Result<void> assign(bool& field, std::string_view text, Range) {
    if (text != "yes" && text != "no") {
        auto meant = yes_or_no(text);
        auto advice = meant.empty() ? std::string() : fmt::format(": write '{}'", meant);
        return Error{fmt::format("'{}' is neither yes nor no{}", text, advice)};
    }
    field = text == "yes";
    return {};
}

Result<void> assign(int& field, std::string_view text, Range range) {
    return assign_integer(field, text, range);
}

Result<void> assign(unsigned& field, std::string_view text, Range range) {
    return assign_integer(field, text, range);
}

Result<void> assign(std::size_t& field, std::string_view text, Range range) {
    auto size = parse_size(text);
    if (!size) return size.error();
    if (*size > static_cast<std::size_t>(range.max))
        return Error{fmt::format("{} is more than {}", text, size_text(static_cast<std::size_t>(range.max)))};
    field = *size;
    return {};
}

Result<void> assign(seconds& field, std::string_view text, Range range) {
    bool has_unit = text.find_first_not_of("0123456789") != std::string_view::npos;
    auto duration = parse_duration(has_unit ? std::string(text) : std::string(text) + "s");
    if (!duration) return duration.error();
    if (duration->count() % 1000 != 0) return Error{fmt::format("{} is not whole seconds", text)};
    if (duration->count() > range.max)
        return Error{fmt::format("{} is more than {}s", text, range.max / 1000)};
    field = std::chrono::duration_cast<seconds>(*duration);
    return {};
}

Result<void> assign(milliseconds& field, std::string_view text, Range range) {
    auto duration = parse_duration(text);
    if (!duration) return duration.error();
    if (duration->count() < range.min) return Error{fmt::format("{} is less than {}ms", text, range.min)};
    field = *duration;
    return {};
}

Result<void> assign(std::string& field, std::string_view text, Range) {
    field = text;
    return {};
}

Result<void> assign(LineFormat& field, std::string_view text, Range) {
    auto format = LineFormat::parse(text);
    if (!format) return format.error();
    field = std::move(*format);
    return {};
}

Result<void> assign(Anonymity& field, std::string_view text, Range) {
    for (auto each : {Anonymity::none, Anonymity::dropped, Anonymity::hashed}) {
        if (shown(each) != text) continue;
        field = each;
        return {};
    }
    return Error{fmt::format("'{}' is none of no, drop and hash", text)};
}

std::string shown(bool field) {
    return field ? "yes" : "no";
}
std::string shown(int field) {
    return std::to_string(field);
}
std::string shown(unsigned field) {
    return std::to_string(field);
}
std::string shown(std::size_t field) {
    return size_text(field);
}
std::string shown(seconds field) {
    return duration_text(field);
}
std::string shown(milliseconds field) {
    return duration_text(field);
}
std::string shown(const std::string& field) {
    return field;
}
std::string shown(const LineFormat& field) {
    return field.text();
}
std::string shown(Anonymity field) {
    return field == Anonymity::none ? "no" : field == Anonymity::dropped ? "drop" : "hash";
}

}  // namespace spliced::config
