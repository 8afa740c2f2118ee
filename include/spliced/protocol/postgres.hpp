// The beginning of a session with a PostgreSQL server (its manual, "Message Formats").
#pragma once

#include "spliced/protocol/answer.hpp"

namespace spliced::protocol {

/// StartupMessage of protocol 3.0.
std::string postgres_startup(std::string_view user);
/// An Authentication message says that the server takes sessions, whatever it asks for; an ErrorResponse is
/// invalid, as in HAProxy, with the server's own message.
Answer read_postgres_answer(std::string_view received, bool last);

}  // namespace spliced::protocol
