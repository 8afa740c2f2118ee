// The new process's part of an upgrade: asks the processes it replaces for their listening sockets before it
// binds its own, and tells them to stop when it serves. HAProxy's -sf, -st and -x.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "spliced/base/result.hpp"
#include "spliced/os/inherited_sockets.hpp"

namespace spliced::control {

class Takeover {
  public:
    /// `hard`: -st, their connections end; else -sf, they finish.
    Takeover(std::vector<pid_t> replaced, bool hard) : replaced_(std::move(replaced)), hard_(hard) {}

    /// Asks each of them. One that does not know the question (another program, or none) is not a mistake: it
    /// is sent a signal in the end, and may hold no port that is wanted.
    void receive(os::InheritedSockets& inherited);
    /// Asks the process behind a statistics socket with `expose-fd listeners` (-x).
    static Result<void> receive_from(const std::string& path, os::InheritedSockets& inherited);

    /// This process serves: the others are to stop.
    void complete() const;

  private:
    bool ask(pid_t process, std::string_view question, os::InheritedSockets* answer) const;

    std::vector<pid_t> replaced_;
    bool hard_;
};

}  // namespace spliced::control
