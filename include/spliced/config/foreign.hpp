// Words that HAProxy knows and this program does not: said so by name, so that nobody hunts for a typing
// mistake.
#pragma once

#include <string>
#include <string_view>

namespace spliced::config {

/// Each returns the end of a sentence that begins with the word ("belongs to HAProxy's HTTP mode, ..."), or
/// nothing for a word that HAProxy does not know either.
std::string foreign_keyword(std::string_view keyword);
std::string foreign_section(std::string_view kind);
std::string foreign_bind_parameter(std::string_view word);
std::string foreign_server_parameter(std::string_view word);
std::string foreign_algorithm(std::string_view word);

}  // namespace spliced::config
