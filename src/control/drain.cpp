#include "spliced/control/drain.hpp"

#include <fmt/format.h>

#include <csignal>

#include "spliced/base/log.hpp"

namespace spliced::control {

Drain::Drain(event::Loop& loop, proxy::Engine& engine, ServiceManager& manager, Duration hard_stop_after)
    : loop_(loop), engine_(engine), manager_(manager), hard_stop_after_(hard_stop_after) {
    engine_.sessions().set_observer(this);
    time_is_up_.bind<&Drain::on_time_is_up>(loop, *this);
}

Drain::~Drain() {
    engine_.sessions().set_observer(nullptr);
}

bool Drain::watch_signals() {
    return terminate_.watch<&Drain::on_stop_now>(loop_, SIGTERM, *this) &&
           interrupt_.watch<&Drain::on_stop_now>(loop_, SIGINT, *this) &&
           stop_softly_.watch<&Drain::on_stop_softly>(loop_, SIGUSR1, *this) &&
           hang_up_.watch<&Drain::on_unserved>(loop_, SIGHUP, *this) &&
           upgrade_.watch<&Drain::on_unserved>(loop_, SIGUSR2, *this);
}

event::Verdict Drain::on_stop_now(int) {
    begin();
    end_sessions();
    return event::Verdict::keep;
}

event::Verdict Drain::on_stop_softly(int) {
    if (begun_) return event::Verdict::keep;
    begin();
    if (engine_.sessions().size() == 0) {
        loop_.stop();
        return event::Verdict::keep;
    }
    log::say(Level::warning,
             fmt::format("Stopping softly: {} sessions are left to finish.", engine_.sessions().size()));
    TimePoint now = loop_.now();
    if (hard_stop_after_ != Duration::zero()) time_is_up_.arm(now, now + hard_stop_after_);
    return event::Verdict::keep;
}

event::Verdict Drain::on_unserved(int signal) {
    log::say(Level::warning,
             fmt::format("SIG{} changes nothing: this version cannot reload. SIGUSR1 frees the ports of "
                         "this process and lets its connections finish; then start a new one.",
                         signal == SIGHUP ? "HUP" : "USR2"));
    return event::Verdict::keep;
}

event::Verdict Drain::on_time_is_up() {
    log::say(Level::warning,
             fmt::format("soft-stop running for too long, performing a hard-stop: {} sessions end.",
                         engine_.sessions().size()));
    end_sessions();
    return event::Verdict::keep;
}

void Drain::begin() {
    if (begun_) return;
    begun_ = true;
    manager_.stopping();
    engine_.stop_accepting();
    engine_.log_stopped();
}

void Drain::end_sessions() {
    if (engine_.sessions().size() == 0) return loop_.stop();
    engine_.sessions().kill_all();  // each ends in the next turn, with its log line; the last stops the loop
}

void Drain::on_last_session_gone() {
    if (begun_) loop_.stop();
}

}  // namespace spliced::control
