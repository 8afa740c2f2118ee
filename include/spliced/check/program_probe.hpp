// A check by a program of the administrator's (`option external-check`), run by the helper of the process.
#pragma once

#include <string>

#include "spliced/check/probe.hpp"
#include "spliced/event/io_event.hpp"
#include "spliced/os/program_runner.hpp"

namespace spliced::check {

/// What the program is told of besides its server.
struct ProgramSetting {
    std::string program;
    std::string path;  ///< PATH; empty: none
    std::string proxy_name;
    unsigned proxy_id = 0;
    unsigned server_id = 0;
    os::Address listener;  ///< of no family where there is none
};

/// HAProxy's arguments and variables, and the same variables by our own name.
os::ProgramRun program_run(const ProgramSetting& setting, const balance::Server& server);

class ProgramProbe final : public Probe {
  public:
    /// Without a runner every attempt is inconclusive, and says why.
    ProgramProbe(event::Loop& loop, const balance::Server& server, ProbeOwner& owner,
                 const os::ProgramRunner* runner, ProgramSetting setting)
        : loop_(loop), server_(server), owner_(owner), runner_(runner), setting_(std::move(setting)) {}

    void begin() override;
    balance::CheckResult time_out() override;
    void stop() override;

    event::Verdict on_ended();
    void dispose() {}

  private:
    event::Loop& loop_;
    const balance::Server& server_;
    ProbeOwner& owner_;
    const os::ProgramRunner* runner_;
    ProgramSetting setting_;
    UniqueFd pipe_;
    event::IoEvent event_;
};

}  // namespace spliced::check
