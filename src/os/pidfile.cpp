#include "spliced/os/pidfile.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "spliced/base/unique_fd.hpp"

namespace spliced::os {

Result<void> write_pid_file(const std::string& path, pid_t pid) {
    std::string step = "cannot write pid file " + path;
    UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file) return system_error(step, errno);
    std::string line = std::to_string(pid) + "\n";
    ssize_t written = ::write(file.get(), line.data(), line.size());
    if (written < 0) return system_error(step, errno);
    // Short only where the disk is full; half a pid is another process's pid.
    if (static_cast<std::size_t>(written) < line.size()) return system_error(step, ENOSPC);
    return {};
}

}  // namespace spliced::os
