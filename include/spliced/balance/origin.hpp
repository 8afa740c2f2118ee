// Connecting to a server from where its `source` says.
#pragma once

#include "spliced/balance/server.hpp"
#include "spliced/os/socket.hpp"

namespace spliced::balance {

/// An attempt, and the port of the range that it holds; 0 where there is no range. Whoever closes the socket
/// gives the port back by Server::give_back_port().
struct Departure {
    os::Attempt attempt;
    std::uint16_t port = 0;
};

/// As os::start_connect(), with the source and the tuning of the server. `client` may be null: a check has
/// none, and goes under our own address.
Departure connect_to(const Server& server, os::ConnectOptions options, const os::Address* client);

}  // namespace spliced::balance
