// What a check says to a Redis server, and what comes back (the protocol RESP).
#pragma once

#include "spliced/protocol/answer.hpp"

namespace spliced::protocol {

/// PING
std::string redis_ping();
/// `+PONG`; any other line is wrong: "-NOAUTH Authentication required."
Answer read_redis_pong(std::string_view received, bool last);

}  // namespace spliced::protocol
