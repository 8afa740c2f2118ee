#include "spliced/control/stat_value.hpp"

#include <fmt/format.h>

#include <type_traits>

namespace spliced::control {

std::string_view name_of(StatType type) {
    switch (type) {
        case StatType::u32:
            return "u32";
        case StatType::u64:
            return "u64";
        case StatType::s32:
            return "s32";
        case StatType::text:
            break;
    }
    return "str";
}

std::string text_of(const StatValue& value) {
    auto text = [](const auto& alternative) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(alternative)>, std::monostate>)
            return {};
        else
            return fmt::format("{}", alternative);
    };
    return std::visit(text, value);
}

std::string_view origin_of(std::string_view tags) {
    switch (tags[0]) {
        case 'M':
            return "Metric";
        case 'S':
            return "Status";
        case 'K':
            return "Key";
        case 'C':
            return "Config";
        default:
            return "Product";
    }
}

std::string_view nature_of(std::string_view tags) {
    switch (tags[1]) {
        case 'L':
            return "Limit";
        case 'M':
            return "Max";
        case 'R':
            return "Rate";
        case 'C':
            return "Counter";
        case 'D':
            return "Duration";
        case 'A':
            return "Age";
        case 'N':
            return "Name";
        case 'O':
            return "Output";
        case 'a':
            return "Avg";
        default:
            return "Gauge";
    }
}

std::string_view scope_of(std::string_view tags) {
    return tags[2] == 'S' ? "Service" : "Process";
}

}  // namespace spliced::control
