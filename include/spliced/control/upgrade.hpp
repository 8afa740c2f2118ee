// A new program in place of the running one, as USR2 asks for it: starts it with the arguments of this
// process and with -sf, so that it takes the listening sockets over (handover.hpp) and tells this process to
// stop when it serves. Where it does not come so far this process goes on as if nothing had been asked.
#pragma once

#include <string>
#include <vector>

#include "spliced/event/loop.hpp"
#include "spliced/event/signal_event.hpp"
#include "spliced/os/program.hpp"

namespace spliced::control {

/// The arguments of the next process: those of this one, less what it was told to replace.
std::vector<std::string> arguments_of_successor(const std::vector<std::string>& arguments, pid_t process);

class Upgrade {
  public:
    /// `obstacle`: why it cannot be done, for a process that knows so from its start; empty where it can.
    Upgrade(event::Loop& loop, os::Program program, std::string obstacle);

    /// USR2, and CHLD. False where a signal cannot be watched.
    bool watch_signals();
    /// From now on the answer is no: another process has taken over, or this one is about to end.
    void forbid(std::string obstacle) { obstacle_ = std::move(obstacle); }

    event::Verdict on_asked(int signal);
    event::Verdict on_child_changed(int signal);
    void dispose() {}

  private:
    event::Loop& loop_;
    os::Program program_;
    std::string obstacle_;
    pid_t successor_ = 0;  ///< while it starts; 0 where none does
    event::SignalEvent asked_;
    event::SignalEvent child_;
};

}  // namespace spliced::control
