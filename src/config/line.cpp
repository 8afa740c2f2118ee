#include "spliced/config/line.hpp"

namespace spliced::config {

std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
    auto near = nearest(word, known);
    return near.empty() ? std::string() : fmt::format("; did you mean '{}'?", near);
}

std::string unknown_word(std::string_view word, const std::string& advice,
                         std::span<const std::string_view> known) {
    if (!advice.empty()) return fmt::format("'{}' {}", word, advice);
    return fmt::format("unknown word '{}'{}", word, suggestion(word, known));
}

}  // namespace spliced::config
