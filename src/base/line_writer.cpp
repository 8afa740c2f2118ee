#include "spliced/base/line_writer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <span>
#include <string>

namespace spliced {
namespace {

using Parts = std::span<iovec>;

iovec part(std::string_view text) {
    return {const_cast<char*>(text.data()), text.size()};
}

ssize_t send_parts(int fd, Parts parts) {
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    return ::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

ssize_t write_parts(int fd, Parts parts) {
    return ::writev(fd, parts.data(), static_cast<int>(parts.size()));
}

/// For pipes. RWF_NOWAIT is exact, but pipes know it only since Linux 6.4. Without it a writable pipe has a
/// free page, which takes any line of up to PIPE_BUF bytes at once; only another process that fills that page
/// between the two calls could make the write wait.
ssize_t write_if_room(int fd, Parts parts) {
    ssize_t written = ::pwritev2(fd, parts.data(), static_cast<int>(parts.size()), -1, RWF_NOWAIT);
    if (written >= 0 || (errno != EOPNOTSUPP && errno != ENOSYS)) return written;
    pollfd ready{fd, POLLOUT, 0};
    if (::poll(&ready, 1, 0) <= 0 || (ready.revents & POLLOUT) == 0) return -1;
    return write_parts(fd, parts);
}

}  // namespace

// A terminal that nobody reads (a dead remote login) says it is writable and then keeps the writer waiting.
LineWriter::LineWriter(int fd) : fd_(fd) {
    struct stat file {};
    if (::isatty(fd) == 0 || ::fstat(fd, &file) != 0) return;
    std::string path = "/proc/self/fd/" + std::to_string(fd);
    terminal_.reset(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    terminal_device_ = file.st_rdev;
}

// What the descriptor stands for is asked each time: detaching puts /dev/null under the same number.
bool LineWriter::write(std::string_view text) {
    struct stat file {};
    if (::fstat(fd_, &file) != 0) return false;
    bool is_socket = S_ISSOCK(file.st_mode);
    bool is_plain = S_ISREG(file.st_mode);
    bool is_terminal = terminal_ && S_ISCHR(file.st_mode) && file.st_rdev == terminal_device_;
    std::size_t ends = torn_ ? 2 : 1;
    if (!is_socket && !is_plain) text = text.substr(0, PIPE_BUF - ends);

    std::array<iovec, 3> all{part("\n"), part(text), part("\n")};
    Parts parts = torn_ ? Parts(all) : Parts(all).subspan(1);
    ssize_t written = is_socket     ? send_parts(fd_, parts)
                      : is_terminal ? write_parts(terminal_.get(), parts)
                      : is_plain    ? write_parts(fd_, parts)
                                    : write_if_room(fd_, parts);
    if (written <= 0) return false;
    torn_ = static_cast<std::size_t>(written) < text.size() + ends;
    return !torn_;
}

}  // namespace spliced
