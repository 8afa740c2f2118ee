// Words of a line of text, and the known word that a mistyped one resembles.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace spliced {

/// Space and tab; line ends never reach the callers.
inline bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/// Without blanks at both ends.
std::string_view trim(std::string_view text);

/// The words between blanks; they point into `text`.
std::vector<std::string_view> split_words(std::string_view text);

/// The parts between separators, trimmed; one more than there are separators, so a part can be empty.
std::vector<std::string_view> split_at(std::string_view text, char separator);

/// Steps from one word to the other: insert, delete, replace a letter, or swap two neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that `word` was probably meant to be: at most a third of its letters differ. Empty where
/// none is.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace spliced
