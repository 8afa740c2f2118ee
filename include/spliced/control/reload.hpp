// Another configuration in the running process, as HUP and the `reload` command ask for it.
//
// Everything that can fail comes first: the files are read and checked, new sockets are bound, logs are
// opened. Then the engine takes it over, which cannot fail. A mistake leaves everything as it is.
#pragma once

#include <string>
#include <vector>

#include "spliced/config/load.hpp"
#include "spliced/control/provision.hpp"
#include "spliced/control/service_manager.hpp"
#include "spliced/event/signal_event.hpp"
#include "spliced/event/timer.hpp"

namespace spliced::control {

class Reload {
  public:
    struct Sources {
        std::vector<std::string> files;
        config::Overrides overrides;
    };

    Reload(event::Loop& loop, proxy::Engine& engine, ServiceManager& manager, LogSinkPool& logs,
           Sources sources);

    /// HUP. False where the signal cannot be watched.
    bool watch_signals();

    struct Outcome {
        bool ok = false;
        WallTime at{};
        std::vector<std::string> lines;  ///< what has changed, or the mistakes
    };
    /// Reads the files anew. Blocks the loop while it does, for as long as names have to be looked up.
    const Outcome& run();
    /// From now on run() refuses: the process is about to end.
    void forbid() { forbidden_ = true; }

    const Outcome& last() const { return last_; }
    std::uint64_t succeeded() const { return succeeded_; }
    std::uint64_t failed() const { return failed_; }

    event::Verdict on_signal(int signal);
    event::Verdict on_time_is_up();
    void dispose() {}

  private:
    Outcome attempt();
    std::vector<std::string> changes(const config::Config& wanted) const;
    void commit(Provision provision);
    void bound_leftovers();

    event::Loop& loop_;
    proxy::Engine& engine_;
    ServiceManager& manager_;
    LogSinkPool& logs_;
    Sources sources_;
    Outcome last_;
    std::uint64_t succeeded_ = 0;
    std::uint64_t failed_ = 0;
    bool forbidden_ = false;
    event::SignalEvent hang_up_;
    event::Timer time_is_up_;
};

}  // namespace spliced::control
