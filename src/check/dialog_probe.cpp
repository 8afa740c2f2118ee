#include "spliced/check/dialog_probe.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "spliced/balance/origin.hpp"
#include "spliced/check/handshake_probe.hpp"
#include "spliced/check/proxy_prefix.hpp"

namespace spliced::check {

using Need = Dialog::Need;

void DialogProbe::begin() {
    follow(dialog_.start(server_.healthy()));
}

balance::CheckResult DialogProbe::time_out() {
    dialog_.on_timeout();
    return dialog_.result();
}

void DialogProbe::stop() {
    writable_.stop();
    readable_.stop();
    socket_.reset();
    if (port_ != 0) server_.give_back_port(std::exchange(port_, std::uint16_t{0}));
    unsent_.clear();
    connecting_ = false;
}

/// Does what is needed until something must be waited for.
void DialogProbe::follow(Need need) {
    for (;;) {
        switch (need) {
            case Need::connect:
                need = connect();
                if (connecting_) return;
                break;
            case Need::send:
                if (unsent_.empty()) unsent_ = dialog_.to_send();
                need = send();
                if (!unsent_.empty()) return;
                break;
            case Need::receive:
                writable_.stop();
                if (readable_.watching() || readable_.watch_readable<&DialogProbe::on_readable>(
                                                loop_, socket_.get(), *this, event::Priority::urgent))
                    return;
                need = lost(ENOMEM);
                break;
            case Need::over:
                stop();
                return owner_.on_probe_over(dialog_.result());
        }
    }
}

os::Address DialogProbe::target() const {
    const config::CheckConnect& wanted = dialog_.connect();
    os::Address address = wanted.address.value_or(to_(server_));
    if (!address.is_ip()) return address;
    if (wanted.port)
        address.set_port(*wanted.port);
    else if (address.port() == 0)
        address.set_port(to_(server_).port());
    return address;
}

Need DialogProbe::connect() {
    stop();
    const config::CheckConnect& wanted = dialog_.connect();
    os::Address to = target();
    os::ConnectOptions options;
    options.to = &to;
    announced_ = wanted.send_proxy || (wanted.defaults && server_.settings().check.send_proxy);
    options.invisible = dialog_.is_wordless() && !wanted.linger && !announced_;
    balance::Departure departure = balance::connect_to(server_, options, nullptr);
    port_ = departure.port;
    return on_attempt(std::move(departure.attempt));
}

Need DialogProbe::on_attempt(os::Attempt attempt) {
    if (attempt.state == os::Attempt::State::failed) return lost(attempt.error);
    socket_ = std::move(attempt.socket);
    if (attempt.state == os::Attempt::State::connected) return on_connection();
    connecting_ = true;
    if (writable_.watch_writable<&DialogProbe::on_writable>(loop_, socket_.get(), *this,
                                                            event::Priority::urgent))
        return Need::connect;
    return lost(ENOMEM);
}

Need DialogProbe::on_connection() {
    connecting_ = false;
    owner_.on_probe_connected();
    if (announced_) {
        // It is the first thing on the connection, so it fits into the socket's buffer.
        std::string prefix = proxy_prefix(socket_.get(), server_.settings());
        if (os::send(socket_.get(), prefix, false).count != prefix.size()) return lost(EPIPE);
    }
    return dialog_.on_connected();
}

/// What could not even be tried for want of something of ours says nothing of the server.
Need DialogProbe::lost(int error) {
    bool standing = socket_ && !connecting_;
    connecting_ = false;
    balance::CheckResult result = connection_result(error);
    if (standing && result.status != Status::inconclusive)
        return dialog_.on_lost(Status::socket_error, std::strerror(error));
    return dialog_.on_lost(result.status, result.info);
}

event::Verdict DialogProbe::on_writable() {
    if (connecting_) {
        int error = os::take_error(socket_.get());
        writable_.stop();
        follow(error == 0 ? on_connection() : lost(error));
    } else {
        follow(send());
    }
    return event::Verdict::keep;
}

/// To the end, or as far as the kernel takes it.
Need DialogProbe::send() {
    os::Transfer sent = os::send(socket_.get(), unsent_, false);
    if (sent.outcome == os::Transfer::Outcome::failed) {
        unsent_.clear();
        return lost(sent.error);
    }
    unsent_.erase(0, sent.count);
    if (unsent_.empty()) return dialog_.on_sent();
    if (!writable_.watching() && !writable_.watch_writable<&DialogProbe::on_writable>(
                                     loop_, socket_.get(), *this, event::Priority::urgent)) {
        unsent_.clear();
        return lost(ENOMEM);
    }
    return Need::send;
}

event::Verdict DialogProbe::on_readable() {
    follow(receive());
    return event::Verdict::keep;
}

Need DialogProbe::receive() {
    std::array<char, 4096> buffer;
    std::size_t size = std::min(buffer.size(), dialog_.room());
    os::Transfer got = os::receive(socket_.get(), std::span(buffer).first(size));
    switch (got.outcome) {
        case os::Transfer::Outcome::moved:
            return dialog_.on_received({buffer.data(), got.count});
        case os::Transfer::Outcome::blocked:
            return Need::receive;
        case os::Transfer::Outcome::ended:
            readable_.stop();
            return dialog_.on_closed();
        default:
            readable_.stop();
            return lost(got.error);
    }
}

}  // namespace spliced::check
