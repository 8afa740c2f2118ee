#include "spliced/control/json.hpp"

#include <fmt/format.h>

#include "spliced/base/json_text.hpp"

namespace spliced::control {
namespace {

std::string json_value(const StatValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text != nullptr ? json_string(*text) : text_of(value);
}

void append_member(std::string& text, std::string_view name, const StatValue& value) {
    if (std::holds_alternative<std::monostate>(value)) return;
    if (!text.ends_with('{')) text += ',';
    text += fmt::format("{}:{}", json_string(name), json_value(value));
}

std::string row_text(const StatRow& row) {
    std::string text = "{";
    // What follows is of modules that a TCP proxy does not have.
    for (std::size_t place = 0; place < column::first_module; ++place)
        append_member(text, stat_columns()[place].name, row[place]);
    return text + '}';
}

}  // namespace

std::string plain_json(std::span<const StatRow> rows, std::span<const InfoValue> info) {
    std::string text = "{\"process\":{";
    for (const InfoValue& each : info) append_member(text, each.field->name, each.value);
    text += "},\"stats\":[";
    for (const StatRow& row : rows) {
        if (!text.ends_with('[')) text += ',';
        text += row_text(row);
    }
    return text + "]}\n";
}

}  // namespace spliced::control
