// Values that are lines of words, as the dump writes them: read back by lines.hpp to the same.
#pragma once

#include <string>

#include "spliced/base/log_target.hpp"
#include "spliced/config/config.hpp"

namespace spliced::config {

// Parameters that are as they would be anyway are left out.
std::string bind_text(const Bind& bind);
std::string server_text(const Server& server);
std::string stats_socket_text(const StatsSocket& socket);
std::string log_text(const LogTarget& log);

}  // namespace spliced::config
