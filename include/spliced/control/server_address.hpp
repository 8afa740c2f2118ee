// `set server <b>/<s> addr <ip> [port <port>]`
#pragma once

#include <string>
#include <string_view>

#include "spliced/control/command.hpp"
#include "spliced/control/find_object.hpp"

namespace spliced::control {

/// New sessions and checks go there; those that stand stay where they are. The answer is HAProxy's.
Answer change_address(const NamedServer& named, std::string_view address, bool with_port,
                      const std::string& port);

}  // namespace spliced::control
