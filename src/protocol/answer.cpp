#include "spliced/protocol/answer.hpp"

#include <algorithm>

namespace spliced::protocol {

std::string one_line(std::string_view text) {
    constexpr std::size_t longest = 128;
    std::string line(text.substr(0, std::min(text.find_first_of(std::string_view("\r\n\0", 3)), longest)));
    for (char& letter : line)
        if (letter < ' ' || letter > '~') letter = '.';
    return line;
}

}  // namespace spliced::protocol
