// What `set server` changes of how a server is checked: `agent`, `agent-addr`, `agent-port`, `agent-send`,
// `check-addr`, `check-port`. The answers are HAProxy's.
#pragma once

#include <string_view>

#include "spliced/control/command.hpp"
#include "spliced/control/find_object.hpp"

namespace spliced::control {

Answer set_agent(const NamedServer& named, std::string_view wanted);
Answer set_agent_send(const NamedServer& named, std::string_view text);

/// `agent-addr A [port P]`, `agent-port P`, and the same of a check; `what` is the first word.
Answer set_check_target(const NamedServer& named, std::string_view what, const Call& call);

}  // namespace spliced::control
