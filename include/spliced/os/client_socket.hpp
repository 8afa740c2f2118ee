// What rules ask of a client's socket, and the way to leave it without a word.
#pragma once

#include "spliced/os/address.hpp"

namespace spliced::os {

/// The peer has sent its FIN, or is lost: nothing more will come than is there.
bool has_ended(int socket);

/// The address is one of this machine's, whatever its port: it could be bound to. False for unix sockets.
bool is_own_address(const Address& address);

/// The next close(2) tells the peer nothing: it goes on believing in the connection. Needs CAP_NET_ADMIN
/// (TCP_REPAIR); without it what is sent dies at the first router (a TTL of 1), as with HAProxy. On a unix
/// socket it has no effect.
void vanish_on_close(int socket);

}  // namespace spliced::os
