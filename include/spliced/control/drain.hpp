// The end of the process, as signals ask for it, or a process that has taken over: TERM and INT stop now,
// USR1 stops when the last session is over.
#pragma once

#include "spliced/control/admin_server.hpp"
#include "spliced/control/handover.hpp"
#include "spliced/control/reload.hpp"
#include "spliced/control/service_manager.hpp"
#include "spliced/control/status_server.hpp"
#include "spliced/control/upgrade.hpp"
#include "spliced/event/loop.hpp"
#include "spliced/event/signal_event.hpp"
#include "spliced/event/timer.hpp"
#include "spliced/proxy/engine.hpp"

namespace spliced::control {

class Drain final : public Replaceable, private proxy::IdleObserver {
  public:
    /// What hears of the end.
    struct Parts {
        proxy::Engine& engine;
        Reload& reload;
        Upgrade& upgrade;
        ServiceManager& manager;
        AdminServer& admin;
        StatusServer& page;
    };

    /// How long USR1 waits for sessions before it ends them is the configuration's `hard-stop-after`.
    Drain(event::Loop& loop, Parts parts);
    ~Drain();

    /// False where a signal cannot be watched.
    bool watch_signals();

    event::Verdict on_stop_now(int signal);
    event::Verdict on_stop_softly(int signal);
    event::Verdict on_time_is_up();
    event::Verdict on_leave();
    void on_replaced(pid_t successor, bool hard) override;
    void dispose() {}

  private:
    void begin(event::Listener::Waiting waiting = event::Listener::Waiting::taken);
    void end_sessions();
    void leave();
    void on_last_session_gone() override;

    event::Loop& loop_;
    proxy::Engine& engine_;
    Reload& reload_;
    Upgrade& upgrade_;
    ServiceManager& manager_;
    AdminServer& admin_;
    StatusServer& page_;
    bool begun_ = false;
    event::SignalEvent terminate_;
    event::SignalEvent interrupt_;
    event::SignalEvent stop_softly_;
    event::Timer time_is_up_;
    event::Timer leave_;
    TimePoint leave_by_ = never;
};

}  // namespace spliced::control
