// What a mistyped word was probably meant to be.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace spliced::config {

/// ASCII alone; the words of the configuration have no other letters.
std::string lower_case(std::string_view text);

/// The known word that differs in case alone, else the nearest one; empty where none is near.
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known);

/// "; did you mean 'X'?", or nothing.
std::string suggestion(std::string_view word, std::span<const std::string_view> known);

/// What is said about a word that is in no table; `advice` is what foreign.hpp knows of it.
std::string unknown_word(std::string_view word, const std::string& advice,
                         std::span<const std::string_view> known);

}  // namespace spliced::config
