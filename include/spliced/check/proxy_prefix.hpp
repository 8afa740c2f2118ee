// The PROXY header with which a check announces itself, to a server that wants one of every connection.
#pragma once

#include <string>

namespace spliced::check {

/// Version 1, with the addresses of the connection itself, as HAProxy does: nobody is behind a check.
std::string proxy_prefix(int socket);

}  // namespace spliced::check
