// The end of the process, as signals ask for it: TERM and INT stop now, USR1 stops when the last session is
// over. USR2, whose default action would end it too, is answered by a message.
#pragma once

#include <functional>

#include "spliced/control/reload.hpp"
#include "spliced/event/loop.hpp"
#include "spliced/event/signal_event.hpp"
#include "spliced/event/timer.hpp"
#include "spliced/proxy/engine.hpp"

namespace spliced::control {

class Drain final : private proxy::IdleObserver {
  public:
    /// How long USR1 waits for sessions before it ends them is the configuration's `hard-stop-after`.
    Drain(event::Loop& loop, proxy::Engine& engine, Reload& reload);
    ~Drain();

    /// False where a signal cannot be watched.
    bool watch_signals();
    /// Called once, when the process begins to stop.
    void also_at_begin(std::function<void()> work) { at_begin_ = std::move(work); }

    event::Verdict on_stop_now(int signal);
    event::Verdict on_stop_softly(int signal);
    event::Verdict on_unserved(int signal);
    event::Verdict on_time_is_up();
    void dispose() {}

  private:
    void begin();
    void end_sessions();
    void on_last_session_gone() override;

    event::Loop& loop_;
    proxy::Engine& engine_;
    Reload& reload_;
    bool begun_ = false;
    std::function<void()> at_begin_;
    event::SignalEvent terminate_;
    event::SignalEvent interrupt_;
    event::SignalEvent stop_softly_;
    event::SignalEvent upgrade_;
    event::Timer time_is_up_;
};

}  // namespace spliced::control
