#include "spliced/check/checker.hpp"

#include <algorithm>
#include <utility>

namespace spliced::check {
namespace {

using balance::CheckCounters;
using balance::CheckResult;
using Status = CheckResult::Status;

// A deadline that is noticed later than this says that we were not running, not that the server was slow.
constexpr milliseconds lateness_tolerated{100};

// But a server that has not answered in three such attempts has had its time.
constexpr unsigned late_attempts_tolerated = 2;

// After an attempt that taught nothing. Neither a busy loop nor a long blindness.
constexpr milliseconds after_inconclusive{100};

}  // namespace

Checker::Checker(event::Loop& loop, balance::Server& server, CheckObserver& observer, Kind kind,
                 Settings settings)
    : loop_(loop),
      server_(server),
      observer_(observer),
      kind_(kind),
      settings_(settings),
      random_(static_cast<std::minstd_rand::result_type>(reinterpret_cast<std::uintptr_t>(this) >> 4)) {
    timer_.bind<&Checker::on_timer>(loop, *this, event::Priority::urgent);
}

Checker::~Checker() {
    if (kind_ == Kind::health || server_.agent) counters().under_way = false;
}

CheckCounters& Checker::counters() const {
    return kind_ == Kind::agent ? server_.agent->checks : server_.checks;
}

void Checker::set_probe(std::unique_ptr<Probe> probe) {
    (under_way_ ? next_probe_ : probe_) = std::move(probe);
}

void Checker::start(Duration delay) {
    TimePoint now = loop_.now();
    timer_.arm(now, now + delay);
}

void Checker::set_settings(Settings settings) {
    settings_ = settings;
    hasten(interval());
}

void Checker::hasten(Duration delay) {
    if (under_way_) return;
    TimePoint now = loop_.now();
    timer_.arm_no_later(now, now + delay);
}

milliseconds Checker::interval() const {
    const config::Server& settings = server_.settings();
    return kind_ == Kind::agent ? settings.agent.inter : server_.health().interval(settings.check);
}

void Checker::begin() {
    started_ = loop_.now();
    under_way_ = counters().under_way = true;
    deadline_ = started_ + settings_.connect_limit;
    timer_.arm(started_, deadline_);
    probe_->begin();
}

void Checker::on_probe_connected() {
    if (settings_.answer_limit == Duration::zero()) return;
    TimePoint now = loop_.now();
    deadline_ = now + settings_.answer_limit;
    timer_.arm(now, deadline_);
}

event::Verdict Checker::on_timer() {
    TimePoint now = loop_.now();
    if (!under_way_) {
        begin();
    } else if (now - deadline_ > lateness_tolerated && ++late_attempts_ <= late_attempts_tolerated) {
        on_probe_over({Status::inconclusive, "", {}});
    } else {
        on_probe_over(probe_->time_out());
    }
    return event::Verdict::keep;
}

void Checker::on_probe_over(CheckResult result) {
    TimePoint now = loop_.now();
    probe_->stop();
    under_way_ = counters().under_way = false;
    result.duration = std::chrono::duration_cast<milliseconds>(now - started_);
    if (result.status != Status::inconclusive) late_attempts_ = 0;
    Status status = result.status;
    if (kind_ == Kind::agent) {
        observer_.on_agent(server_, std::move(result));
    } else {
        count(result);
        observer_.on_check(server_, server_.health().on_result(status), result);
    }
    timer_.arm(now, now + until_next(status));
    // The old one may be within its own event still.
    if (next_probe_) former_probe_ = std::exchange(probe_, std::move(next_probe_));
}

void Checker::count(const CheckResult& result) {
    CheckCounters& checks = counters();
    if (result.status == Status::inconclusive) {
        ++checks.inconclusive;
        return;
    }
    const balance::Health& health = server_.health();
    if (!result.has_passed() && health.up()) ++checks.failed;
    checks.note(result, loop_.now(), result.has_passed() ? !health.full() : health.counter() > 0);
}

Duration Checker::until_next(Status status) {
    milliseconds wait = interval();
    if (status == Status::inconclusive) return std::min(wait, after_inconclusive);
    std::uniform_real_distribution<double> where(-1.0, 1.0);
    return balance::spread(wait, balance::spread_percent(status, settings_.spread_percent), where(random_));
}

}  // namespace spliced::check
