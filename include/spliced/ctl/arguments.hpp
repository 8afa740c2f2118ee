// The command line of splicectl.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "spliced/base/clock.hpp"
#include "spliced/base/result.hpp"

namespace spliced::ctl {

/// Where -s and the variable SPLICED_SOCKET say nothing.
inline constexpr std::string_view default_socket = "/run/spliced/admin.sock";

struct Arguments {
    enum class Mode { command, list, top, version, help };

    Mode mode = Mode::command;
    std::string socket;
    std::string command;  ///< for the socket, as one line
    milliseconds patience{10000};
    milliseconds interval{2000};  ///< of `top`
    unsigned rounds = 0;          ///< of `top`; 0: until it is left
};

/// `socket`: what the environment says, or empty. `drain`, `ready` and `maint` become commands of the socket.
Result<Arguments> parse_arguments(std::span<const std::string_view> words, std::string_view socket);

std::string usage_text();

}  // namespace spliced::ctl
