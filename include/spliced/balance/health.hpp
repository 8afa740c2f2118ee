// The health of one server as a pure state machine: results of checks go in, changes of state come out.
//
// HAProxy's rules: a counter from 0 to rise+fall-1; the server is up from `rise` on. A success that finds or
// brings it there jumps to the top, a failure that would bring it below `rise` drops to 0. It starts at
// `rise`: the first failure takes the server down, the first success makes it fully healthy.
#pragma once

#include <chrono>
#include <string>

#include "spliced/config/config.hpp"

namespace spliced::balance {

/// The outcome of one check, with HAProxy's names (management manual 9.1, "check_status").
struct CheckResult {
    using Status = config::CheckStatus;
    Status status = Status::inconclusive;
    std::string info;  ///< what the system or the server said: "Connection refused"
    std::chrono::milliseconds duration{0};
    unsigned code = 0;  ///< of an HTTP answer, of a program's end; where the status has one

    /// "Layer4 connection problem"
    std::string_view description() const { return config::description_of(status); }
    config::CheckOutcome outcome() const { return config::outcome_of(status); }
    bool has_passed() const {
        return outcome() == config::CheckOutcome::passed || outcome() == config::CheckOutcome::conditional;
    }
};

/// How far an interval may be off, in percent: `spread-checks`, and a little for a server that fails, lest
/// the checks of servers that died together all come at once for ever.
unsigned spread_percent(CheckResult::Status status, unsigned configured);

/// `interval` moved by up to `percent` either way; `where` from -1 to 1 says where in that range.
std::chrono::microseconds spread(std::chrono::microseconds interval, unsigned percent, double where);

class Health {
  public:
    /// `went_stopping`: it still serves whom it serves, and takes nobody new. `went_up` is its return, too.
    enum class Change { none, went_up, went_down, went_stopping };

    Health(unsigned rise, unsigned fall) : rise_(rise), fall_(fall), counter_(rise) {}

    Change on_result(CheckResult::Status status);

    /// An administrator's word, which holds until checks say otherwise.
    enum class Forced { up, stopping, down };
    void force(Forced state);
    /// `on-error`: what is pretended before a failure that traffic has shown.
    void approach_failure(config::OnError how);
    /// As at the start: up, until the first check says otherwise. So a server returns from maintenance.
    void restart();
    /// The rules of another configuration; up and down stay what they are.
    void set_rules(unsigned rise, unsigned fall);

    bool up() const { return counter_ >= rise_; }
    /// Up, but takes no new connections.
    bool stopping() const { return stopping_ && up(); }
    /// Of no failure and no success in between.
    bool full() const { return counter_ == top(); }
    /// 0 to rise+fall-1; HAProxy's `check_health`.
    unsigned counter() const { return counter_; }
    unsigned rise() const { return rise_; }
    unsigned fall() const { return fall_; }

    /// Until the next check: `inter` in a stable state, `fastinter` in transition, `downinter` when down.
    std::chrono::milliseconds interval(const config::Check& check) const;

  private:
    unsigned top() const { return rise_ + fall_ - 1; }

    unsigned rise_;
    unsigned fall_;
    unsigned counter_;
    bool stopping_ = false;  ///< forced, until a check passes
};

}  // namespace spliced::balance
