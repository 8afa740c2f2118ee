// The PROXY protocol header with which a check announces itself, to a server that wants one of every
// connection.
#pragma once

#include <string>

#include "spliced/config/config.hpp"

namespace spliced::check {

/// For a connected socket. As HAProxy's: version 1 announces the connection's own two ends, version 2 that
/// this is no client's connection (LOCAL).
std::string proxy_prefix(int socket, const config::Server& server);

}  // namespace spliced::check
