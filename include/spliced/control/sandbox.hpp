// The sandbox of the running process: what it, or whoever has broken into it, can still do once it serves. A
// filter of system calls (seccomp) and rules about files (Landlock), neither of which can be taken back.
//
// What must go on working: serving, a reload (which reads the files and the names of hosts and users again,
// and binds), statistics, and a successor, which inherits all of it.
#pragma once

#include <string>
#include <vector>

#include "spliced/config/config.hpp"
#include "spliced/os/landlock.hpp"

namespace spliced::control {

/// What a process with this configuration, read from `files` (or folders), needs of the file system.
os::FileRights rights_of(const config::Config& config, const std::vector<std::string>& files);

/// As `seccomp` and `landlock` ask for. What the kernel lacks is told in a message and is no error.
Result<void> enter_sandbox(const config::Config& config, const std::vector<std::string>& files);

}  // namespace spliced::control
