// What the answer of a server to a check says of it. The codecs of this floor know no sockets: bytes in, an
// answer out.
#pragma once

#include <string>
#include <string_view>

namespace spliced::protocol {

struct Answer {
    enum class Kind {
        incomplete,  ///< more must come
        good,        ///< the service works
        wrong,       ///< it speaks the protocol and says no
        invalid,     ///< that is not the protocol
    };
    Kind kind = Kind::incomplete;
    unsigned code = 0;  ///< as the protocol has one: 221, 1045
    std::string text;   ///< for people; empty where there is nothing to say

    static Answer incomplete() { return {}; }
    static Answer good(std::string text = {}, unsigned code = 0) {
        return {Kind::good, code, std::move(text)};
    }
    static Answer wrong(std::string text, unsigned code = 0) { return {Kind::wrong, code, std::move(text)}; }
    static Answer invalid(std::string text = {}) { return {Kind::invalid, 0, std::move(text)}; }
};

/// Reads all that was received since the last message to the server. `last`: nothing will follow, because the
/// server has closed or the buffer is full; the outcome is then never incomplete.
using AnswerReader = Answer (*)(std::string_view received, bool last);

/// What a server says, made fit for one line of a log: up to the end of the line or the first NUL, control
/// characters and other bytes as dots.
std::string one_line(std::string_view text);

}  // namespace spliced::protocol
