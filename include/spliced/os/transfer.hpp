// What one attempt to move bytes came to.
#pragma once

#include <cstddef>

namespace spliced::os {

/// `count` bytes moved, or the reason why none did.
struct Transfer {
    enum class Outcome {
        moved,        ///< `count` bytes, at least one
        blocked,      ///< EAGAIN: nothing can move now
        ended,        ///< the peer's FIN: nothing will come any more
        failed,       ///< the connection is lost; `error` says how (ECONNRESET, EPIPE, ETIMEDOUT, ...)
        unsupported,  ///< EINVAL or ENOSYS: this system call cannot serve this pair of descriptors
    };

    Outcome outcome = Outcome::blocked;
    std::size_t count = 0;
    int error = 0;
};

}  // namespace spliced::os
