#include "spliced/config/value.hpp"

#include <fmt/format.h>

namespace spliced::config {
namespace {

template <typename Integer>
Result<void> assign_integer(Integer& field, std::string_view text, Range range) {
    auto number = parse_integer(text, range);
    if (!number) return number.error();
    field = static_cast<Integer>(*number);
    return {};
}

}  // namespace

Result<void> assign(bool& field, std::string_view text, Range) {
    if (text != "yes" && text != "no") return Error{fmt::format("'{}' is neither yes nor no", text)};
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
std::string shown(milliseconds field) {
    return duration_text(field);
}
std::string shown(const std::string& field) {
    return field;
}

}  // namespace spliced::config
