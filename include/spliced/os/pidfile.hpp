// The file that tells scripts which process to signal.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "spliced/base/result.hpp"
#include "spliced/base/unique_fd.hpp"

namespace spliced::os {

/// Opened before chroot and the change of user, because the folder is root's as a rule, and written when the
/// process serves: one that fails before that leaves the number of the process that it was to replace. For
/// the same reason the file stays when the process ends, as HAProxy's does: the process could not remove it.
class PidFile {
  public:
    /// Mode 644 less the umask. The file becomes `owner`'s, where one is given, so that the next process,
    /// which may be started without root's rights, can write it.
    static Result<PidFile> open(const std::string& path, std::optional<uid_t> owner);

    /// Writes `pid` and a line end over what was there, and closes the file.
    Result<void> write(pid_t pid);

  private:
    PidFile(UniqueFd file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

    UniqueFd file_;
    std::string path_;
};

}  // namespace spliced::os
