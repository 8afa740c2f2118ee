#include "spliced/balance/relative_weight.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace spliced::balance {

std::optional<unsigned> relative_weight(std::string_view text, unsigned configured) {
    constexpr std::uint64_t largest = 256;
    if (!text.ends_with('%')) return std::nullopt;
    text.remove_suffix(1);
    std::uint64_t percent = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
    if (error == std::errc::result_out_of_range) percent = 100 * largest;
    if (error == std::errc::invalid_argument || end != text.data() + text.size()) return std::nullopt;
    if (percent == 0 || configured == 0) return 0U;
    std::uint64_t part = configured * std::min(percent, 100 * largest) / 100;
    return static_cast<unsigned>(std::clamp<std::uint64_t>(part, 1, largest));
}

}  // namespace spliced::balance
