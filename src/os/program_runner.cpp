#include "spliced/os/program_runner.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "spliced/os/descriptor_passing.hpp"
#include "spliced/os/program_helper.hpp"

namespace spliced::os {
namespace {

// Nothing of the parent's may stay open: its sockets would never close, and its log would be written to
// twice.
void leave_everything(int socket) {
    int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int descriptor : {0, 1, 2})
        if (nothing >= 0) ::dup2(nothing, descriptor);
    if (socket != 3) ::dup3(socket, 3, O_CLOEXEC);
    ::close_range(4, ~0U, 0);
}

/// Signals that are meant for the group of the parent (a terminal's Ctrl-C) end it by its socket, in order.
void ignore_signals() {
    for (int signal : {SIGINT, SIGHUP, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE, SIGQUIT})
        ::signal(signal, SIG_IGN);
}

constexpr const char* variable = "SPLICED_CHECK_HELPER";

/// A successor that was executed in place is locked in already; the helper that serves its predecessor is
/// not, and serves it as well.
UniqueFd inherited_socket() {
    const char* text = ::getenv(variable);
    if (!text) return UniqueFd();
    int descriptor = -1;
    std::from_chars(text, text + std::strlen(text), descriptor);
    int type = 0;
    socklen_t length = sizeof type;
    bool is_ours = descriptor > 2 && ::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) == 0 &&
                   type == SOCK_SEQPACKET;
    return is_ours ? UniqueFd(descriptor) : UniqueFd();
}

void leave_to_successor(int socket) {
    ::fcntl(socket, F_SETFD, 0);
    ::setenv(variable, std::to_string(socket).c_str(), 1);
}

}  // namespace

Result<ProgramRunner> ProgramRunner::start() {
    if (UniqueFd inherited = inherited_socket()) return ProgramRunner(std::move(inherited));
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
        return system_error("cannot make a socket for the helper that runs checks", errno);
    UniqueFd ours(ends[0]);
    UniqueFd its(ends[1]);
    pid_t child = ::fork();
    if (child < 0) return system_error("cannot fork the helper that runs checks", errno);
    if (child > 0) {
        leave_to_successor(ours.get());
        return ProgramRunner(std::move(ours));
    }
    ignore_signals();
    ::prctl(PR_SET_NAME, "spliced-checks");
    leave_everything(its.get());
    serve_program_requests(3);
}

Result<UniqueFd> ProgramRunner::run(const ProgramRun& run) const {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return system_error("cannot make a pipe for a check", errno);
    UniqueFd ours(ends[0]);
    UniqueFd its(ends[1]);
    int descriptor = its.get();
    if (auto sent = send_message(socket_.get(), message_of(run), {&descriptor, 1}); !sent)
        return sent.error();
    return ours;
}

std::optional<ProgramEnd> ProgramRunner::read_end(int pipe) {
    ProgramEnd end;
    if (::read(pipe, &end, sizeof end) != static_cast<ssize_t>(sizeof end)) return std::nullopt;
    return end;
}

}  // namespace spliced::os
