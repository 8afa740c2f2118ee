#include "spliced/balance/checker.hpp"

#include <algorithm>
#include <cstring>

#include "spliced/balance/check_header.hpp"

namespace spliced::balance {
namespace {

using Status = CheckResult::Status;

// A deadline that is noticed later than this says that we were not running, not that the server was slow.
constexpr milliseconds lateness_tolerated{100};

// But a server that has not answered in three such attempts has had its time.
constexpr unsigned late_attempts_tolerated = 2;

// After an attempt that taught nothing. Neither a busy loop nor a long blindness.
constexpr milliseconds after_inconclusive{100};

}  // namespace

Checker::Checker(event::Loop& loop, Server& server, CheckObserver& observer, Settings settings)
    : loop_(loop),
      server_(server),
      observer_(observer),
      settings_(settings),
      random_(static_cast<std::minstd_rand::result_type>(reinterpret_cast<std::uintptr_t>(this) >> 4)) {
    timer_.bind<&Checker::on_timer>(loop, *this, event::Priority::urgent);
}

void Checker::start(Duration delay) {
    TimePoint now = loop_.now();
    timer_.arm(now, now + delay);
}

void Checker::set_settings(Settings settings) {
    settings_ = settings;
    if (socket_) return;
    TimePoint now = loop_.now();
    timer_.arm_no_later(now, now + server_.health().interval(server_.settings().check));
}

// A check follows a server that was moved at run time, unless the file sends it elsewhere.
const os::Address& Checker::target() const {
    const config::Server& settings = server_.settings();
    return settings.check.address == settings.address ? server_.address() : settings.check.address;
}

void Checker::begin() {
    started_ = loop_.now();
    os::ConnectOptions options;
    options.to = &target();
    if (server_.settings().source) options.from = &*server_.settings().source;
    options.invisible = true;
    os::Attempt attempt = os::start_connect(options);
    if (attempt.state == os::Attempt::State::connected) return conclude(result_of(attempt.socket.get()));
    if (attempt.state == os::Attempt::State::failed) {
        Status status = os::is_shortage(attempt.error) ? Status::inconclusive : Status::refused;
        return conclude({status, std::strerror(attempt.error), {}});
    }
    socket_ = std::move(attempt.socket);
    if (!event_.watch_writable<&Checker::on_connected_or_failed>(loop_, socket_.get(), *this,
                                                                 event::Priority::urgent))
        return conclude({Status::inconclusive, "", {}});
    deadline_ = started_ + settings_.connect_limit;
    timer_.arm(started_, deadline_);
}

// A server that waits for a PROXY protocol header would log a connection without one as broken.
CheckResult Checker::result_of(int connected) const {
    int error = server_.settings().check.send_proxy ? send_check_header(connected, server_.settings()) : 0;
    if (error == 0) return {Status::passed, "", {}};
    return {Status::refused, std::strerror(error), {}};
}

event::Verdict Checker::on_connected_or_failed() {
    int error = os::take_error(socket_.get());
    if (error == 0)
        conclude(result_of(socket_.get()));
    else if (error == ETIMEDOUT)
        conclude({Status::timed_out, "", {}});
    else
        conclude({os::is_shortage(error) ? Status::inconclusive : Status::refused, std::strerror(error), {}});
    return event::Verdict::keep;
}

event::Verdict Checker::on_timer() {
    TimePoint now = loop_.now();
    if (!socket_)
        begin();
    else if (now - deadline_ > lateness_tolerated && ++late_attempts_ <= late_attempts_tolerated)
        conclude({Status::inconclusive, "", {}});
    else
        conclude({Status::timed_out, "", {}});
    return event::Verdict::keep;
}

void Checker::conclude(CheckResult result) {
    TimePoint now = loop_.now();
    event_.stop();
    socket_.reset();
    result.duration = std::chrono::duration_cast<milliseconds>(now - started_);
    if (result.status != Status::inconclusive) late_attempts_ = 0;
    count(result);
    Health::Change change = server_.health().on_result(result.status);
    observer_.on_check(server_, change, result);
    timer_.arm(now, now + until_next(result.status));
}

void Checker::count(const CheckResult& result) {
    CheckCounters& checks = server_.checks;
    if (result.status == Status::inconclusive) {
        ++checks.inconclusive;
        return;
    }
    if (result.status != Status::passed && server_.health().up()) ++checks.failed;
    checks.last = result;
    checks.any = true;
    checks.last_at = loop_.now();
}

Duration Checker::until_next(Status status) {
    milliseconds interval = server_.health().interval(server_.settings().check);
    if (status == Status::inconclusive) return std::min(interval, after_inconclusive);
    std::uniform_real_distribution<double> where(-1.0, 1.0);
    return spread(interval, spread_percent(status, settings_.spread_percent), where(random_));
}

}  // namespace spliced::balance
