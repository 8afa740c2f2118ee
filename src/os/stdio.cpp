#include "spliced/os/stdio.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace spliced::os {

Result<void> open_missing_stdio() {
    for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(fd, F_GETFD) >= 0) continue;
        // open(2) takes the lowest free number, which is `fd`: those below are open by now. Without
        // O_CLOEXEC, as stdio is.
        if (::open("/dev/null", O_RDWR) < 0) return system_error("cannot open /dev/null", errno);
    }
    return {};
}

void ignore_broken_pipes() {
    std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace spliced::os
