// One question to a statistics socket, and its answer.
#pragma once

#include <string>
#include <string_view>

#include "spliced/base/clock.hpp"
#include "spliced/base/result.hpp"
#include "spliced/os/address.hpp"

namespace spliced::ctl {

struct Reply {
    std::string text;
    bool refused = false;  ///< the command failed: the severity in front of it was an error's
};

/// A path, if it holds a '/' or exists; else an address and a port.
Result<os::Address> address_of_socket(std::string_view text);

/// Connects, asks, and waits until the other side has closed. `command` is one line without its end.
Result<Reply> ask(const os::Address& socket, std::string_view command, milliseconds patience);

/// The text of an answer to `set severity-output number;COMMAND`, without the severities. Pure.
Reply read_reply(std::string_view raw);

}  // namespace spliced::ctl
