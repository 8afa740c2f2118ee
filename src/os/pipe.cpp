#include "spliced/os/pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace spliced::os {

Result<Pipe> make_pipe(std::size_t size) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) < 0) return system_error("cannot create a pipe", errno);
    Pipe pipe{UniqueFd(ends[0]), UniqueFd(ends[1]), 0};
    if (size == 0 || !resize(pipe, size)) {
        int actual = ::fcntl(pipe.read_end.get(), F_GETPIPE_SZ);
        pipe.size = actual > 0 ? static_cast<std::size_t>(actual) : 0;
    }
    return pipe;
}

bool resize(Pipe& pipe, std::size_t size) {
    int actual = ::fcntl(pipe.write_end.get(), F_SETPIPE_SZ, size);
    if (actual < 0) return false;
    pipe.size = static_cast<std::size_t>(actual);
    return true;
}

}  // namespace spliced::os
