#include "spliced/control/drain.hpp"

#include <fmt/format.h>

#include <csignal>

#include "spliced/base/log.hpp"

namespace spliced::control {
namespace {

// For clients of the statistics socket to take their last answer; one that talks on is not waited for.
constexpr seconds longest_leave{1};
constexpr milliseconds leave_look{10};

}  // namespace

Drain::Drain(event::Loop& loop, Parts parts)
    : loop_(loop),
      engine_(parts.engine),
      reload_(parts.reload),
      upgrade_(parts.upgrade),
      manager_(parts.manager),
      admin_(parts.admin),
      page_(parts.page) {
    engine_.sessions().set_observer(this);
    time_is_up_.bind<&Drain::on_time_is_up>(loop, *this);
    leave_.bind<&Drain::on_leave>(loop, *this);
}

Drain::~Drain() {
    engine_.sessions().set_observer(nullptr);
}

bool Drain::watch_signals() {
    return terminate_.watch<&Drain::on_stop_now>(loop_, SIGTERM, *this) &&
           interrupt_.watch<&Drain::on_stop_now>(loop_, SIGINT, *this) &&
           stop_softly_.watch<&Drain::on_stop_softly>(loop_, SIGUSR1, *this);
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
        leave();
        return event::Verdict::keep;
    }
    log::say(Level::warning,
             fmt::format("Stopping softly: {} sessions are left to finish.", engine_.sessions().size()));
    TimePoint now = loop_.now();
    milliseconds limit = engine_.config().global.hard_stop_after;
    if (limit != milliseconds(0)) time_is_up_.arm(now, now + limit);
    return event::Verdict::keep;
}

void Drain::on_replaced(pid_t successor, bool hard) {
    if (!begun_) {
        log::say(Level::notice, fmt::format("Process {} has taken over.", successor));
        manager_.main_pid(successor);
    }
    if (!hard) {
        on_stop_softly(SIGUSR1);
        return;
    }
    begin(event::Listener::Waiting::left);  // the other takes them
    end_sessions();
}

event::Verdict Drain::on_time_is_up() {
    log::say(Level::warning,
             fmt::format("soft-stop running for too long, performing a hard-stop: {} sessions end.",
                         engine_.sessions().size()));
    end_sessions();
    return event::Verdict::keep;
}

void Drain::begin(event::Listener::Waiting waiting) {
    if (begun_) return;
    begun_ = true;
    reload_.forbid();
    upgrade_.forbid("this process is stopping.");
    manager_.stopping();
    admin_.stop_accepting();
    page_.stop_accepting();
    engine_.stop_accepting(waiting);
    engine_.log_stopped();
}

void Drain::end_sessions() {
    if (engine_.sessions().size() == 0) return leave();
    engine_.sessions().kill_all();  // each ends in the next turn, with its log line; the last stops the loop
}

void Drain::on_last_session_gone() {
    if (begun_) leave();
}

void Drain::leave() {
    TimePoint now = loop_.now();
    if (leave_by_ == never) leave_by_ = now + longest_leave;
    if (!admin_.has_clients() || now >= leave_by_) return loop_.stop();
    leave_.arm(now, now + leave_look);
}

event::Verdict Drain::on_leave() {
    if (engine_.sessions().size() == 0) leave();
    return event::Verdict::keep;
}

}  // namespace spliced::control
