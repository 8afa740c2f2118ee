// splice(2) between a socket and a pipe.
#pragma once

#include <cstddef>

#include "spliced/os/pipe.hpp"
#include "spliced/os/transfer.hpp"

namespace spliced::os {

/// Socket to pipe, at most `limit` bytes. `blocked` is ambiguous: the socket is empty or the pipe is full;
/// only who counts the bytes in the pipe can tell.
Transfer splice_in(int socket, const Pipe& pipe, std::size_t limit);

/// Pipe to socket, at most `count` bytes. SPLICE_F_MORE is never set: on a stream without a known end it
/// holds the last bytes back for 200 ms (golang/go#10948).
Transfer splice_out(const Pipe& pipe, int socket, std::size_t count);

}  // namespace spliced::os
