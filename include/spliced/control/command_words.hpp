// A line of the statistics socket taken apart: commands between semicolons, words between blanks. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spliced::control {

/// As in HAProxy a backslash takes the meaning from the character behind it, and an empty command is one: a
/// line has one more of them than it has semicolons.
std::vector<std::string_view> split_commands(std::string_view line);

/// The words of one command, without the backslashes.
std::vector<std::string> command_words(std::string_view command);

}  // namespace spliced::control
