// Whether a socket has something to read, asked without waiting for an event.
#pragma once

namespace spliced::os {

/// Takes nothing out; recv(2), MSG_PEEK.
bool has_bytes(int socket);

}  // namespace spliced::os
