// Words of a line in HAProxy's quoting (its configuration manual, 2.2), for values that hold any bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/result.hpp"

namespace spliced::config {

/// A backslash stands before a blank, `\`, `"`, `'`, `#`, `;` that is meant as such, and makes `\r`, `\n`,
/// `\t` and `\xHH`; before anything else it is a letter. Within "" blanks are letters too, within ''
/// everything is.
Result<std::vector<std::string>> quoted_words(std::string_view text);

/// One word that quoted_words() reads back to the same.
std::string quoted(std::string_view word);

/// The same for a word among others that are parted at any blank: it holds none. "hello\x20there\n"
std::string parameter_word(std::string_view word);

}  // namespace spliced::config
