// The PROXY protocol header that a check begins with where its server expects one.
#pragma once

#include "spliced/config/config.hpp"

namespace spliced::balance {

/// Hands it to a connected socket. As HAProxy's: version 1 announces the connection's own two ends, version 2
/// that this is no client's connection (LOCAL). Returns 0, or the errno.
int send_check_header(int socket, const config::Server& server);

}  // namespace spliced::balance
