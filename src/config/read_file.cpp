#include "spliced/config/read_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "spliced/base/unique_fd.hpp"
#include "spliced/base/units.hpp"

namespace spliced::config {
namespace {

Error reason(int code) {
    return {std::strerror(code), code};
}

Result<void> check_kind(int file, FileKind kind) {
    struct stat status {};
    if (::fstat(file, &status) != 0) return reason(errno);
    if (S_ISREG(status.st_mode)) return {};
    if (S_ISDIR(status.st_mode)) return reason(EISDIR);
    if (kind == FileKind::regular) return Error{"it is not a regular file", 0};
    if (!S_ISFIFO(status.st_mode)) return Error{"it is neither a regular file nor a pipe", 0};
    // Opened by now; whoever writes to it may take the time that is needed.
    int flags = ::fcntl(file, F_GETFL);
    return ::fcntl(file, F_SETFL, flags & ~O_NONBLOCK) == 0 ? Result<void>() : Result<void>(reason(errno));
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit, FileKind kind) {
    // Without O_NONBLOCK, opening a pipe waits for its other end.
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file) return reason(errno);
    if (auto checked = check_kind(file.get(), kind); !checked) return checked.error();
    std::string content;
    char buffer[16384];
    for (;;) {
        auto count = ::read(file.get(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return reason(errno);
        if (count == 0) return content;
        content.append(buffer, static_cast<std::size_t>(count));
        if (content.size() > limit) return Error{fmt::format("it is larger than {}", size_text(limit)), 0};
    }
}

}  // namespace spliced::config
