#include "spliced/control/markup.hpp"

#include <fmt/format.h>

#include <array>

namespace spliced::control {

std::string escaped(std::string_view text) {
    std::string safe;
    for (char letter : text) {
        switch (letter) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            case '\'':
                safe += "&#39;";
                break;
            default:
                safe += letter;
        }
    }
    return safe;
}

std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t place = text.size(); place > 3;) text.insert(place -= 3, 1, ',');
    return text;
}

std::string bytes_text(double bytes) {
    constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    std::size_t unit = 0;
    // From 1,000 on in the next unit, so that there are three digits at most.
    for (; bytes >= 999.5 && unit + 1 < units.size(); ++unit) bytes /= 1024;
    return unit == 0 ? fmt::format("{:.0f} B", bytes)
                     : fmt::format("{:.{}f} {}", bytes,
                                   bytes < 9.995   ? 2
                                   : bytes < 99.95 ? 1
                                                   : 0,
                                   units[unit]);
}

std::string rate_text(double rate) {
    if (rate == 0) return "0";
    return fmt::format("{:.{}f}", rate, rate < 0.995 ? 2 : rate < 9.95 ? 1 : 0);
}

std::string span_text(std::uint64_t seconds) {
    std::uint64_t minutes = seconds / 60;
    std::uint64_t hours = minutes / 60;
    if (minutes == 0) return fmt::format("{}s", seconds);
    if (hours == 0) return fmt::format("{}m {}s", minutes, seconds % 60);
    if (hours < 24) return fmt::format("{}h {}m", hours, minutes % 60);
    return fmt::format("{}d {}h", hours / 24, hours % 24);
}

}  // namespace spliced::control
