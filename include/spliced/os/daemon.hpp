// Going to the background. The starting shell hears of it only when the service is ready, or that it failed.
#pragma once

#include <sys/types.h>

#include "spliced/base/result.hpp"
#include "spliced/base/unique_fd.hpp"

namespace spliced::os {

/// The background process's line to the process that started it. Destroyed without detach(), it tells of
/// failure.
class Daemon {
  public:
    /// Forks. Returns in the child, which leads a session of its own, with stdio as it was, so that mistakes
    /// are still seen. The parent does not return: it exits with 0 on detach(), else with the child's exit
    /// code, or 1.
    ///
    /// Call it before an event loop exists: an epoll descriptor must not be shared by two processes,
    /// epoll(7). The working directory stays, so that relative paths keep their meaning.
    static Result<Daemon> fork_to_background();

    /// Puts /dev/null in place of stdio, then lets the parent go. The last step of start-up.
    Result<void> detach();

  private:
    Daemon(UniqueFd null, UniqueFd parent) : null_(std::move(null)), parent_(std::move(parent)) {}

    UniqueFd null_;    ///< /dev/null, opened before a chroot hides it
    UniqueFd parent_;  ///< write end of the pipe that the parent waits on
};

}  // namespace spliced::os
