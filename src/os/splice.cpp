#include "spliced/os/splice.hpp"

#include <fcntl.h>

#include <cerrno>

namespace spliced::os {
namespace {

Transfer splice_between(int from, int to, std::size_t limit) {
    using Outcome = Transfer::Outcome;
    ssize_t moved = 0;
    do moved = ::splice(from, nullptr, to, nullptr, limit, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    while (moved < 0 && errno == EINTR);
    if (moved > 0) return {Outcome::moved, static_cast<std::size_t>(moved), 0};
    if (moved == 0) return {Outcome::ended, 0, 0};
    switch (errno) {
        case EAGAIN:
            return {Outcome::blocked, 0, errno};
        case EINVAL:
        case ENOSYS:
            return {Outcome::unsupported, 0, errno};
        default:
            return {Outcome::failed, 0, errno};
    }
}

}  // namespace

Transfer splice_in(int socket, const Pipe& pipe, std::size_t limit) {
    return splice_between(socket, pipe.write_end.get(), limit);
}

Transfer splice_out(const Pipe& pipe, int socket, std::size_t count) {
    return splice_between(pipe.read_end.get(), socket, count);
}

}  // namespace spliced::os
