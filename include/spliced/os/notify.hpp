// The service manager's ear: sd_notify(3), spoken without libsystemd, which one datagram is not worth.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "spliced/base/clock.hpp"
#include "spliced/base/unique_fd.hpp"
#include "spliced/os/address.hpp"

namespace spliced::os {

/// Holds the socket of $NOTIFY_SOCKET, and nothing where nobody listens. Telling never blocks and never fails
/// the program: what the manager cannot take now is lost.
class Notifier {
  public:
    /// `target` as in $NOTIFY_SOCKET: a path, or '@' and an abstract name. Anything else is nobody.
    explicit Notifier(std::string_view target);
    /// Connects at once, so that a chroot does not hide the path. The variable stays, for a program that this
    /// one executes.
    static Notifier from_environment();

    bool has_listener() const { return static_cast<bool>(socket_); }
    /// Assignments, a line each: "READY=1\nSTATUS=...".
    void tell(std::string_view assignments);

  private:
    Address address_;
    UniqueFd socket_;
};

/// What the manager wants to hear "WATCHDOG=1" within, sd_watchdog_enabled(3); nothing where it does not ask
/// this process. $WATCHDOG_PID goes once it has named this process: one that it executes later has another
/// number, and the same duty.
std::optional<Duration> take_watchdog_interval();

/// The same from the values of $WATCHDOG_USEC and $WATCHDOG_PID, which may be null.
std::optional<Duration> watchdog_interval(const char* usec, const char* pid, pid_t self);

}  // namespace spliced::os
