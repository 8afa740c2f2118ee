// A kernel pipe: the place where bytes wait between two sockets without a copy to user space.
#pragma once

#include <cstddef>

#include "spliced/base/result.hpp"
#include "spliced/base/unique_fd.hpp"

namespace spliced::os {

/// Both ends do not block. Its capacity is a number of slots, not of bytes, so only its nominal size is known
/// (pipe(7); sixteen one-byte segments can fill a pipe of 64 KiB).
struct Pipe {
    UniqueFd read_end;
    UniqueFd write_end;
    std::size_t size = 0;  ///< bytes, nominal
};

/// EMFILE and ENFILE come back as the error's code. `size` of 0 takes the system's; a larger one than the
/// system grants (fs.pipe-max-size, fs.pipe-user-pages-soft) is no failure: the pipe is then smaller.
Result<Pipe> make_pipe(std::size_t size);

/// Asks the kernel for another size; false where it refuses, and the pipe stays as it is.
bool resize(Pipe& pipe, std::size_t size);

}  // namespace spliced::os
