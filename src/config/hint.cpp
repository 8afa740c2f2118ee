#include "spliced/config/hint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "spliced/base/text.hpp"

namespace spliced::config {

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known) {
    auto lower = lower_case(word);
    for (auto each : known)
        if (lower_case(each) == lower) return each;
    auto near = nearest(word, known);
    return near.empty() ? nearest(lower, known) : near;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
    auto near = nearest_word(word, known);
    return near.empty() ? std::string() : fmt::format("; did you mean '{}'?", near);
}

std::string unknown_word(std::string_view word, const std::string& advice,
                         std::span<const std::string_view> known) {
    if (!advice.empty()) return fmt::format("'{}' {}", word, advice);
    return fmt::format("unknown word '{}'{}", word, suggestion(word, known));
}

}  // namespace spliced::config
