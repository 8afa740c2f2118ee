#include "spliced/base/json_text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace spliced {

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (char letter : text) {
        if (letter == '"' || letter == '\\')
            out.append({'\\', letter});
        else if (static_cast<unsigned char>(letter) < 0x20)
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", letter);
        else
            out += letter;
    }
    out += '"';
}

std::string json_string(std::string_view text) {
    std::string quoted;
    append_json_string(quoted, text);
    return quoted;
}

}  // namespace spliced
