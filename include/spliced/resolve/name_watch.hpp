// One name that is followed, as a pure state machine: when to ask for what, and what is known.
//
// An attempt asks every name server at once, and the first good answer settles it. Where none comes, the
// attempt is repeated; where they say that there is nothing, the other family is asked for. The last good set
// is kept for as long as it takes: no failure empties it, only a good answer that holds something else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "spliced/base/clock.hpp"
#include "spliced/resolve/answer.hpp"

namespace spliced::resolve {

class NameWatch {
  public:
    struct Rules {
        unsigned servers = 1;     ///< that are asked
        unsigned retries = 3;     ///< attempts in all
        milliseconds resolve{};   ///< from one failure to the next question
        milliseconds retry{};     ///< that an attempt may take
        milliseconds valid{};     ///< shortest time from a good answer to the next question
        milliseconds obsolete{};  ///< that an address is kept after an answer named it last
        milliseconds nx{}, timeout{}, refused{}, other{};  ///< of failing, until that is told
    };
    /// `kinds`: what to ask for, the second where there is nothing of the first.
    NameWatch(std::string name, std::vector<Kind> kinds) : name_(std::move(name)), kinds_(std::move(kinds)) {}

    /// `chance`, from 0 to 1, is what the next question is moved by, so that names do not move in step.
    struct Moment {
        TimePoint now;
        double chance = 0;
    };

    /// When step() wants to be called.
    TimePoint due() const;
    struct Step {
        std::optional<Kind> ask;  ///< every name server, for this
        bool changed = false;     ///< records() did
        bool stale = false;       ///< the name has been failing for longer than its `hold`: told once
    };
    Step step(Moment moment, const Rules& rules);

    /// To be handed back with the answers of the attempt that step() began.
    unsigned attempt() const { return attempt_; }
    /// Of one name server. True where it settled the attempt with a good set.
    bool on_answer(unsigned attempt, const Answer& answer, Moment moment, const Rules& rules);

    const std::string& name() const { return name_; }
    const std::vector<Kind>& kinds() const { return kinds_; }
    /// The last good set; empty where there has been none.
    const std::vector<Record>& records() const { return records_; }
    bool is_known() const { return !records_.empty(); }
    /// Of the last resolution.
    Failure failure() const { return failure_; }
    bool is_stale() const { return told_; }

  private:
    void begin(TimePoint now, const Rules& rules);
    void settle(const Answer& answer, Moment moment, const Rules& rules);
    void fail(Moment moment, const Rules& rules);
    void end_attempt(Moment moment, const Rules& rules);
    void wait(milliseconds time, Moment moment);
    bool leave_obsolete(TimePoint now, const Rules& rules);
    milliseconds patience(const Rules& rules) const;

    std::string name_;
    std::vector<Kind> kinds_;
    std::vector<Record> records_;
    std::vector<TimePoint> last_seen_;  ///< of each of records_
    std::size_t kind_ = 0;              ///< of kinds_, that is asked for
    unsigned attempt_ = 0;
    unsigned tries_ = 0;    ///< for this kind
    unsigned pending_ = 0;  ///< answers of the attempt
    bool asking_ = false;
    Failure worst_ = Failure::none;  ///< what the answers of the attempt said so far
    Failure failure_ = Failure::none;
    TimePoint failing_since_{};
    bool told_ = false;
    bool tell_ = false;
    TimePoint due_{};  ///< at once
    TimePoint obsolete_due_ = never;
};

}  // namespace spliced::resolve
