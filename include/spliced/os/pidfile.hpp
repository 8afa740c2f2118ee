// The file that tells scripts which process to signal.
#pragma once

#include <sys/types.h>

#include <string>

#include "spliced/base/result.hpp"

namespace spliced::os {

/// Writes `pid` and a line end; an old file is overwritten. Mode 644 less the umask.
///
/// Write it before chroot and the change of user: the folder is root's as a rule. For the same reason it
/// stays when the process ends, as HAProxy's does: the process could not remove it.
Result<void> write_pid_file(const std::string& path, pid_t pid);

}  // namespace spliced::os
