#include "spliced/resolve/name_watch.hpp"

#include <algorithm>

namespace spliced::resolve {
namespace {

/// A record that claims to hold for a week would be the wrong one for a week.
constexpr std::chrono::hours longest_ttl{1};
/// Of the time until the next question.
constexpr double jitter = 0.1;

/// The more a failure says about the name, the more it counts: one name server that knows that there is none
/// goes before one that is silent.
int telling(Failure failure) {
    switch (failure) {
        case Failure::none:
            return 0;
        case Failure::timeout:
            return 1;
        case Failure::other:
            return 2;
        case Failure::refused:
            return 3;
        case Failure::nx:
            break;
    }
    return 4;
}

}  // namespace

TimePoint NameWatch::due() const {
    return std::min(due_, obsolete_due_);
}

NameWatch::Step NameWatch::step(Moment moment, const Rules& rules) {
    Step step;
    if (moment.now >= obsolete_due_) step.changed = leave_obsolete(moment.now, rules);
    if (moment.now >= due_ && asking_) end_attempt(moment, rules);
    if (moment.now >= due_ && !asking_) {
        begin(moment.now, rules);
        step.ask = kinds_[kind_];
    }
    step.stale = std::exchange(tell_, false);
    return step;
}

void NameWatch::begin(TimePoint now, const Rules& rules) {
    ++attempt_;
    ++tries_;
    pending_ = rules.servers;
    worst_ = Failure::none;
    asking_ = true;
    due_ = now + rules.retry;
}

bool NameWatch::on_answer(unsigned attempt, const Answer& answer, Moment moment, const Rules& rules) {
    if (!asking_ || attempt != attempt_ || pending_ == 0) return false;
    --pending_;
    if (answer.failure == Failure::none) {
        settle(answer, moment, rules);
        return true;
    }
    if (telling(answer.failure) > telling(worst_)) worst_ = answer.failure;
    // Silence alone, which a name server that cannot be reached brings at once, is waited for to its end:
    // nobody is asked again faster than `timeout retry`.
    if (pending_ == 0 && worst_ != Failure::timeout) end_attempt(moment, rules);
    return false;
}

/// Without a good answer.
void NameWatch::end_attempt(Moment moment, const Rules& rules) {
    asking_ = false;
    if (worst_ == Failure::none) worst_ = Failure::timeout;
    bool again = worst_ == Failure::timeout && tries_ < rules.retries;
    // A name server that does not know the name may refuse one kind, and have the other.
    bool other_kind = worst_ != Failure::timeout && kind_ + 1 < kinds_.size();
    if (other_kind) {
        ++kind_;
        tries_ = 0;
    }
    if (again || other_kind)
        due_ = moment.now;
    else
        fail(moment, rules);
}

void NameWatch::settle(const Answer& answer, Moment moment, const Rules& rules) {
    asking_ = false;
    failure_ = Failure::none;
    told_ = tell_ = false;
    for (const Record& record : answer.records) {
        auto known = std::find(records_.begin(), records_.end(), record);
        if (known == records_.end()) {
            records_.push_back(record);
            last_seen_.push_back(moment.now);
        } else {
            last_seen_[static_cast<std::size_t>(known - records_.begin())] = moment.now;
        }
    }
    leave_obsolete(moment.now, rules);
    auto ttl = std::min<std::chrono::seconds>(answer.ttl, longest_ttl);
    wait(std::max<milliseconds>(ttl, rules.valid), moment);
}

/// What the last answer did not name goes when its time is up; that of the answer itself is now.
bool NameWatch::leave_obsolete(TimePoint now, const Rules& rules) {
    TimePoint answered = *std::max_element(last_seen_.begin(), last_seen_.end());
    obsolete_due_ = never;
    bool changed = false;
    for (std::size_t i = records_.size(); i-- > 0;) {
        if (last_seen_[i] == answered) continue;
        if (last_seen_[i] + rules.obsolete > now) {
            obsolete_due_ = std::min<TimePoint>(obsolete_due_, last_seen_[i] + rules.obsolete);
            continue;
        }
        records_.erase(records_.begin() + static_cast<std::ptrdiff_t>(i));
        last_seen_.erase(last_seen_.begin() + static_cast<std::ptrdiff_t>(i));
        changed = true;
    }
    return changed;
}

void NameWatch::fail(Moment moment, const Rules& rules) {
    if (failure_ == Failure::none) failing_since_ = moment.now;
    failure_ = worst_;
    if (!told_ && moment.now - failing_since_ >= patience(rules)) told_ = tell_ = true;
    wait(rules.resolve, moment);
}

milliseconds NameWatch::patience(const Rules& rules) const {
    switch (failure_) {
        case Failure::nx:
            return rules.nx;
        case Failure::timeout:
            return rules.timeout;
        case Failure::refused:
            return rules.refused;
        default:
            return rules.other;
    }
}

/// Until the next resolution, which begins with the first kind again.
void NameWatch::wait(milliseconds time, Moment moment) {
    kind_ = 0;
    tries_ = 0;
    auto moved = std::chrono::duration_cast<Duration>(time * (1 + jitter * moment.chance));
    due_ = moment.now + moved;
}

}  // namespace spliced::resolve
