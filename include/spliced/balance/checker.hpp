// The active check of one server: connects, at intervals, and tells what came of it.
//
// It ends the handshake by RST before the server's accept(2) could return, so the application behind it sees
// nothing (a unix socket has no such moment: there a check is a connection). Its events run before traffic.
#pragma once

#include <random>

#include "spliced/balance/server.hpp"
#include "spliced/event/io_event.hpp"
#include "spliced/event/timer.hpp"
#include "spliced/os/socket.hpp"

namespace spliced::balance {

/// Who wants to know. Implemented by the backend.
class CheckObserver {
  public:
    virtual void on_check(Server& server, Health::Change change, const CheckResult& result) = 0;

  protected:
    ~CheckObserver() = default;
};

class Checker {
  public:
    struct Settings {
        Duration connect_limit{};     ///< how long one attempt may take
        unsigned spread_percent = 0;  ///< `spread-checks`
    };

    Checker(event::Loop& loop, Server& server, CheckObserver& observer, Settings settings);

    /// Begins with a first check after `delay`.
    void start(Duration delay);
    /// Holds from the next check on, which comes no later than the server's interval, itself perhaps a new
    /// one, asks for.
    void set_settings(Settings settings);

    Server& server() const { return server_; }

    event::Verdict on_timer();
    event::Verdict on_connected_or_failed();
    void dispose() {}

  private:
    const os::Address& target() const;
    void begin();
    CheckResult result_of(int connected) const;
    void conclude(CheckResult result);
    void count(const CheckResult& result);
    Duration until_next(CheckResult::Status status);

    event::Loop& loop_;
    Server& server_;
    CheckObserver& observer_;
    Settings settings_;
    std::minstd_rand random_;
    TimePoint started_{};
    TimePoint deadline_{};
    unsigned late_attempts_ = 0;  ///< in a row that ended unanswered while we were not running
    UniqueFd socket_;
    event::IoEvent event_;
    event::Timer timer_;  ///< the next check, or the deadline of the one under way
};

}  // namespace spliced::balance
