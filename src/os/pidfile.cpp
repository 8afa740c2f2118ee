#include "spliced/os/pidfile.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace spliced::os {

Result<PidFile> PidFile::open(const std::string& path, std::optional<uid_t> owner) {
    UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    if (!file) return system_error("cannot write pid file " + path, errno);
    if (owner && ::geteuid() == 0 && ::fchown(file.get(), *owner, static_cast<gid_t>(-1)) < 0)
        return system_error("cannot change the owner of pid file " + path, errno);
    return PidFile(std::move(file), path);
}

Result<void> PidFile::write(pid_t pid) {
    UniqueFd file = std::move(file_);
    std::string step = "cannot write pid file " + path_;
    std::string line = std::to_string(pid) + "\n";
    if (::ftruncate(file.get(), 0) < 0) return system_error(step, errno);
    ssize_t written = ::write(file.get(), line.data(), line.size());
    if (written < 0) return system_error(step, errno);
    // Short only where the disk is full; half a pid is another process's pid.
    if (static_cast<std::size_t>(written) < line.size()) return system_error(step, ENOSPC);
    return {};
}

}  // namespace spliced::os
