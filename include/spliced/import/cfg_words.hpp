// One line of a haproxy.cfg as words: quotes, backslashes, comments and variables (configuration manual,
// 2.2 "Quoting and escaping", 2.3 "Environment variables").
//
//   "..." weak: $NAME, ${NAME}, ${NAME-default} and ${NAME[*]} are replaced   '...' strong: nothing is
//   \  before a blank, a quote, # or \ takes its meaning away; \n \r \t \xHH are bytes   # begins a comment
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/result.hpp"

namespace spliced::import {

/// The value of a variable; a name that begins with a dot is one of HAProxy's own (".LINE"). Empty where
/// there is none and `fallback` is.
using Expand = std::function<std::string(std::string_view name, std::string_view fallback)>;

struct CfgWords {
    std::vector<std::string> words;
    /// The line with quotes resolved and its blanks left alone: what HAProxy reads a condition from.
    std::string flat;
    bool expanded = false;  ///< a variable stood in it
};

/// Fails where a quote or a brace is not closed, and where a variable has no name, as HAProxy does.
Result<CfgWords> split_cfg_line(std::string_view line, const Expand& expand);

/// The words as one text that a reader of HAProxy's quoting takes apart again: a word with a blank, a quote
/// or a byte below 32 is quoted or escaped.
std::string join_cfg_words(const std::vector<std::string>& words, std::size_t from = 0);
std::string quote_cfg_word(std::string_view word);
/// The same for words that are parted at any blank: one in a word is written as \x20.
std::string join_parameters(const std::vector<std::string>& words);

}  // namespace spliced::import
