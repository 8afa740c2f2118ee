#include "spliced/os/daemon.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "spliced/base/log.hpp"

namespace spliced::os {
namespace {

int exit_code_of(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return EXIT_FAILURE;
    }
    if (WIFSIGNALED(status)) {
        log::say(Level::alert,
                 fmt::format("the background process died at start of signal {}", WTERMSIG(status)));
        return EXIT_FAILURE;
    }
    // An end of start-up that claims success is none: the service does not run.
    return WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : EXIT_FAILURE;
}

/// _exit: what the child has inherited (temporary files, pid file) is not this process's to clean up.
[[noreturn]] void wait_for(pid_t child, int pipe) {
    char ready = 0;
    ssize_t got = 0;
    do {
        got = ::read(pipe, &ready, 1);
    } while (got < 0 && errno == EINTR);
    ::_exit(got == 1 ? EXIT_SUCCESS : exit_code_of(child));
}

}  // namespace

Result<Daemon> Daemon::fork_to_background() {
    UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null) return system_error("cannot open /dev/null", errno);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("cannot open a pipe", errno);
    UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);

    // What is buffered would be printed twice.
    std::fflush(nullptr);
    pid_t child = ::fork();
    if (child < 0) return system_error("cannot fork to the background", errno);
    if (child > 0) {
        writer.reset();
        wait_for(child, reader.get());
    }
    ::setsid();
    return Daemon(std::move(null), std::move(writer));
}

Result<void> Daemon::detach() {
    for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::dup2(null_.get(), fd) < 0) return system_error("cannot put /dev/null in place of stdio", errno);
    }
    null_.reset();
    // The parent may have been killed meanwhile (SIGPIPE is ignored); the service runs all the same.
    [[maybe_unused]] ssize_t told = ::write(parent_.get(), "1", 1);
    parent_.reset();
    return {};
}

}  // namespace spliced::os
