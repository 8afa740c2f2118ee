// Strings as JSON writes them: RFC 8259, section 7.
#pragma once

#include <string>
#include <string_view>

namespace spliced {

/// Appends `text` in quotes, allocating nothing where the string has room. Bytes that are no UTF-8 stay as
/// they are.
void append_json_string(std::string& out, std::string_view text);

std::string json_string(std::string_view text);

}  // namespace spliced
