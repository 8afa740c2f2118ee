#include "spliced/ctl/talk.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>

#include "spliced/os/endpoint.hpp"
#include "spliced/os/socket.hpp"

namespace spliced::ctl {
namespace {

constexpr int error_severity = 3;  // of syslog; graver ones are smaller

/// One conversation with a deadline.
class Talk {
  public:
    Talk(const os::Address& to, milliseconds patience) : to_(to), deadline_(Clock::now() + patience) {}

    Result<void> connect() {
        os::ConnectOptions options;
        options.to = &to_;
        auto attempt = os::start_connect(options);
        if (attempt.state == os::Attempt::State::failed) return failure("connect", attempt.error);
        socket_ = std::move(attempt.socket);
        if (attempt.state == os::Attempt::State::connected) return {};
        if (!wait(POLLOUT)) return failure("connect", ETIMEDOUT);
        int error = os::take_error(socket_.get());
        return error == 0 ? Result<void>() : failure("connect", error);
    }

    Result<void> send(std::string_view bytes) {
        while (!bytes.empty()) {
            auto sent = os::send(socket_.get(), bytes, false);
            if (sent.outcome == os::Transfer::Outcome::moved)
                bytes.remove_prefix(sent.count);
            else if (sent.outcome != os::Transfer::Outcome::blocked)
                return failure("send", sent.error);
            else if (!wait(POLLOUT))
                return failure("send", ETIMEDOUT);
        }
        return {};
    }

    Result<std::string> receive_all() {
        std::string text;
        std::array<char, 65536> buffer;
        for (;;) {
            auto read = os::receive(socket_.get(), buffer);
            if (read.outcome == os::Transfer::Outcome::ended) return text;
            if (read.outcome == os::Transfer::Outcome::moved)
                text.append(buffer.data(), read.count);
            else if (read.outcome != os::Transfer::Outcome::blocked)
                return failure("receive", read.error);
            else if (!wait(POLLIN))
                return failure("receive", ETIMEDOUT);
        }
    }

  private:
    bool wait(short what) const {
        auto left = std::chrono::duration_cast<milliseconds>(deadline_ - Clock::now()).count();
        pollfd watched{socket_.get(), what, 0};
        return left > 0 && ::poll(&watched, 1, static_cast<int>(left)) > 0;
    }
    Error failure(std::string_view step, int code) const {
        auto error = system_error(fmt::format("{}: {}", to_.text(), step), code);
        if (code == ENOENT) error.message += "; spliced.ini needs a line 'stats socket = PATH'";
        return error;
    }

    const os::Address& to_;
    TimePoint deadline_;
    UniqueFd socket_;
};

/// "[3]: " at the start of an answer.
bool take_severity(std::string_view& text, int& severity) {
    bool there = text.size() > 4 && text[0] == '[' && std::isdigit(static_cast<unsigned char>(text[1])) &&
                 text.substr(2, 3) == "]: ";
    if (!there) return false;
    severity = text[1] - '0';
    text.remove_prefix(5);
    return true;
}

/// No address has a '/', so that a relative path needs no "unix@", which spliced.ini asks for.
bool is_path(std::string_view text) {
    if (::access(std::string(text).c_str(), F_OK) == 0) return true;
    auto slash = text.find('/');
    return slash != std::string_view::npos && text.substr(0, slash).find('@') == std::string_view::npos;
}

}  // namespace

Result<os::Address> address_of_socket(std::string_view text) {
    if (is_path(text)) return os::Address::unix_path(text);
    auto endpoint = os::parse_endpoint(text, os::PortRule::required);
    if (!endpoint) return endpoint.error();
    return os::address_of(*endpoint, os::look_up);
}

Result<Reply> ask(const os::Address& socket, std::string_view command, milliseconds patience) {
    Talk talk(socket, patience);
    if (auto connected = talk.connect(); !connected) return connected.error();
    if (auto sent = talk.send(fmt::format("set severity-output number;{}\n", command)); !sent)
        return sent.error();
    auto raw = talk.receive_all();
    if (!raw) return raw.error();
    return read_reply(*raw);
}

Reply read_reply(std::string_view raw) {
    Reply reply;
    if (raw.starts_with('\n')) raw.remove_prefix(1);  // the answer to `set severity-output`
    if (raw.ends_with('\n')) raw.remove_suffix(1);    // the empty line behind the last answer
    while (!raw.empty()) {
        int severity = error_severity + 1;
        take_severity(raw, severity);
        reply.refused |= severity <= error_severity;
        auto end = raw.find("\n\n[");
        auto part = raw.substr(0, end == std::string_view::npos ? end : end + 2);
        reply.text += part;
        raw.remove_prefix(part.size());
    }
    return reply;
}

}  // namespace spliced::ctl
