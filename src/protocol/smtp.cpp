#include "spliced/protocol/smtp.hpp"

#include <algorithm>

namespace spliced::protocol {
namespace {

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

/// "250" and then an end, a blank, or the hyphen of a line that others follow.
bool is_reply_line(std::string_view line) {
    if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, is_digit)) return false;
    return line.size() == 3 || line[3] == ' ' || line[3] == '-';
}

}  // namespace

Answer read_smtp_reply(std::string_view received, bool last) {
    std::string_view all = received;
    for (;;) {
        auto end = received.find('\n');
        if (end == std::string_view::npos)
            return last ? Answer::invalid(one_line(all)) : Answer::incomplete();
        std::string_view line = received.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!is_reply_line(line)) return Answer::invalid(one_line(all));
        if (line.size() == 3 || line[3] == ' ') {
            unsigned code =
                static_cast<unsigned>((line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0');
            std::string text = line.size() > 4 ? one_line(line.substr(4)) : std::string();
            return line[0] == '2' ? Answer::good(std::move(text), code)
                                  : Answer::wrong(std::move(text), code);
        }
        received.remove_prefix(end + 1);
    }
}

}  // namespace spliced::protocol
