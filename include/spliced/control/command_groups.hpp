// The rows of the table of commands, by what they are about; each group has a source of its own.
#pragma once

#include <span>

#include "spliced/control/command.hpp"

namespace spliced::control {

std::span<const Command> caller_commands();       ///< the client itself: level, timeout, prompt
std::span<const Command> process_commands();      ///< the process: version, environment, limits, reload
std::span<const Command> stats_commands();        ///< counters and figures
std::span<const Command> server_commands();       ///< one server: state, health, weight, address
std::span<const Command> server_list_commands();  ///< lists of servers and backends
std::span<const Command> proxy_commands();        ///< frontends, limits, clearing counters
std::span<const Command> session_commands();      ///< sessions: shown and ended
std::span<const Command> resolver_commands();     ///< name servers
std::span<const Command> debug_commands();        ///< descriptors, shortages
std::span<const Command> table_commands();        ///< stick tables: shown, changed, cleared
std::span<const Command> absent_commands();       ///< what HAProxy has and we do not: nothing to show

}  // namespace spliced::control
