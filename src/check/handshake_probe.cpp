#include "spliced/check/handshake_probe.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include "spliced/balance/origin.hpp"

namespace spliced::check {

using balance::CheckResult;
using Status = CheckResult::Status;

CheckResult connection_result(int error) {
    if (error == 0) return {Status::passed, "", {}};
    if (error == ETIMEDOUT) return {Status::timed_out, "", {}};
    return {os::is_shortage(error) ? Status::inconclusive : Status::refused, std::strerror(error), {}};
}

void HandshakeProbe::begin() {
    os::ConnectOptions options;
    os::Address to = server_.check_address();
    options.to = &to;
    options.invisible = true;
    balance::Departure departure = balance::connect_to(server_, options, nullptr);
    os::Attempt& attempt = departure.attempt;
    port_ = departure.port;
    if (attempt.state == os::Attempt::State::failed) return conclude(connection_result(attempt.error));
    socket_ = std::move(attempt.socket);
    if (attempt.state == os::Attempt::State::connected) return conclude(connection_result(0));
    if (!event_.watch_writable<&HandshakeProbe::on_connected_or_failed>(loop_, socket_.get(), *this,
                                                                        event::Priority::urgent))
        conclude({Status::inconclusive, "", {}});
}

event::Verdict HandshakeProbe::on_connected_or_failed() {
    conclude(connection_result(os::take_error(socket_.get())));
    return event::Verdict::keep;
}

CheckResult HandshakeProbe::time_out() {
    return {Status::timed_out, "", {}};
}

void HandshakeProbe::stop() {
    event_.stop();
    socket_.reset();
    if (port_ != 0) server_.give_back_port(std::exchange(port_, std::uint16_t{0}));
}

void HandshakeProbe::conclude(CheckResult result) {
    stop();
    owner_.on_probe_over(std::move(result));
}

}  // namespace spliced::check
