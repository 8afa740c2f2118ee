// What the service manager (systemd) is told: that the process is ready, reloads, stops or is alive, and a
// line of status for people. Without a manager that listens nothing happens, and no timer runs.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "spliced/event/loop.hpp"
#include "spliced/event/timer.hpp"
#include "spliced/os/notify.hpp"
#include "spliced/proxy/engine.hpp"

namespace spliced::control {

class ServiceManager {
  public:
    /// `watchdog`: the manager ends a process that it has not heard of for so long.
    ServiceManager(event::Loop& loop, const proxy::Engine& engine, os::Notifier notifier,
                   std::optional<Duration> watchdog);

    /// Connections are taken: after the start, and after a reload, whether it took effect or not.
    void ready();
    /// A reload begins. Must be followed by ready().
    void reloading();
    /// No new connections any more. The watchdog goes on for the ones that are left.
    void stopping();
    /// Replaces the line of status until the next event that has its own.
    void status(std::string_view text);
    /// Another process serves from now on. This one says nothing more: what it does (it stops) would be taken
    /// for what the service does.
    void main_pid(pid_t successor);

    event::Verdict on_sign_of_life();
    void dispose() {}

  private:
    std::string status_text() const;
    void tell(std::string_view state);

    event::Loop& loop_;
    const proxy::Engine& engine_;
    os::Notifier notifier_;
    Duration watchdog_;  ///< zero: none is asked for
    bool speaks_;
    bool is_stopping_ = false;
    event::Timer sign_of_life_;
};

}  // namespace spliced::control
