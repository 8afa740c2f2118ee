// The running proxy: the engine, and all that steers it.
#pragma once

#include "spliced/config/command_line.hpp"
#include "spliced/control/admin_server.hpp"
#include "spliced/control/drain.hpp"
#include "spliced/control/handover.hpp"
#include "spliced/control/provision.hpp"
#include "spliced/control/reload.hpp"
#include "spliced/control/status_server.hpp"
#include "spliced/control/takeover.hpp"
#include "spliced/control/upgrade.hpp"

namespace spliced::control {

class Service {
  public:
    /// What it takes from the start of the process.
    struct Origin {
        const config::CommandLine& line;
        os::Program program;
        os::Notifier notifier;
    };

    /// `logs` must outlive it; so must the loop.
    Service(event::Loop& loop, Provision provision, LogSinkPool& logs, Origin origin);

    /// Accepts, checks, and can be signalled; a failure leaves nothing that runs.
    Result<void> start();

    /// Who runs the programs of external checks; before start().
    void set_programs(os::ProgramRunner& programs) { engine_.shared().programs = &programs; }
    const proxy::Engine& engine() const { return engine_; }
    ServiceManager& manager() { return manager_; }

  private:
    proxy::Engine engine_;
    ServiceManager manager_;
    Reload reload_;
    Upgrade upgrade_;
    Admin admin_;
    AdminServer admin_server_;
    PageSockets page_sockets_;  ///< until the start
    StatusServer status_server_;
    Drain drain_;
    Handover handover_;
};

}  // namespace spliced::control
