#include "spliced/os/socket.hpp"

#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>

namespace spliced::os {
namespace {

bool set_option(int socket, int level, int name, int value) {
    return ::setsockopt(socket, level, name, &value, sizeof value) == 0;
}

Transfer failed_transfer(int error) {
    using Outcome = Transfer::Outcome;
    if (error == EAGAIN) return {Outcome::blocked, 0, error};
    return {Outcome::failed, 0, error};
}

}  // namespace

namespace {

Transfer receive_with(int flags, int socket, std::span<char> buffer) {
    ssize_t got = 0;
    do got = ::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT | flags);
    while (got < 0 && errno == EINTR);
    if (got > 0) return {Transfer::Outcome::moved, static_cast<std::size_t>(got), 0};
    if (got == 0) return {Transfer::Outcome::ended, 0, 0};
    return failed_transfer(errno);
}

}  // namespace

Transfer receive(int socket, std::span<char> buffer) {
    return receive_with(0, socket, buffer);
}

Transfer peek(int socket, std::span<char> buffer) {
    return receive_with(MSG_PEEK, socket, buffer);
}

Transfer send(int socket, std::span<const char> bytes, bool more) {
    int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0);
    ssize_t sent = 0;
    do sent = ::send(socket, bytes.data(), bytes.size(), flags);
    while (sent < 0 && errno == EINTR);
    if (sent >= 0) return {Transfer::Outcome::moved, static_cast<std::size_t>(sent), 0};
    return failed_transfer(errno);
}

bool shut_write(int socket) {
    return ::shutdown(socket, SHUT_WR) == 0;
}

void reset_on_close(int socket) {
    linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

std::size_t unacknowledged(int socket) {
    int domain = 0;
    socklen_t length = sizeof domain;
    ::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &length);
    if (domain == AF_UNIX) return 0;
    int count = 0;
    if (::ioctl(socket, SIOCOUTQ, &count) < 0 || count < 0) return 0;
    return static_cast<std::size_t>(count);
}

int take_error(int socket) {
    int error = 0;
    socklen_t length = sizeof error;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return errno;
    return error;
}

void set_keepalive(int socket) {
    set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
}

void acknowledge_at_once(int socket) {
    set_option(socket, IPPROTO_TCP, TCP_QUICKACK, 1);
}

void set_nodelay(int socket) {
    set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
}

Address local_address(int socket) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    auto* generic = reinterpret_cast<sockaddr*>(&storage);
    if (::getsockname(socket, generic, &length) < 0) return {};
    return Address(generic, length);
}

Address remote_address(int socket) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    auto* generic = reinterpret_cast<sockaddr*>(&storage);
    if (::getpeername(socket, generic, &length) < 0) return {};
    return Address(generic, length);
}

bool is_shortage(int error) {
    switch (error) {
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM:
        case EADDRNOTAVAIL:  // no source port is free: connect(2)
        case EADDRINUSE:     // the same with a bound source address
        case EAGAIN:         // the same, or the backlog of a unix socket is full: connect(2)
        case ENOSPC:         // fs.epoll.max_user_watches
            return true;
        default:
            return false;
    }
}

namespace {

// The kernel picks the source port at connect(2), when it knows the whole 4-tuple: one port then serves many
// destinations (ip(7), IP_BIND_ADDRESS_NO_PORT).
bool bind_source(int socket, const Address& from) {
    if (from.is_ip() && from.port() == 0) set_option(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    if (from.is_ip() && from.port() != 0) set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    return ::bind(socket, from.data(), from.length()) == 0;
}

Attempt failed_attempt(int error) {
    return {Attempt::State::failed, UniqueFd(), error};
}

}  // namespace

Attempt start_connect(const ConnectOptions& options) {
    const Address& to = *options.to;
    UniqueFd socket(::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) return failed_attempt(errno);
    if (options.keepalive) set_keepalive(socket.get());
    bool holds_ack = options.speaks_at_once || options.invisible;
    if (holds_ack && to.is_ip()) set_option(socket.get(), IPPROTO_TCP, TCP_QUICKACK, 0);
    if (options.invisible) reset_on_close(socket.get());
    if (options.tuning &&
        !tune(socket.get(), *options.tuning, {to.family(), options.speaks_at_once, options.is_disguised}))
        return failed_attempt(errno);
    if (options.from && !bind_source(socket.get(), *options.from)) return failed_attempt(errno);
    if (::connect(socket.get(), to.data(), to.length()) == 0)
        return {Attempt::State::connected, std::move(socket), 0};
    if (errno == EINPROGRESS) return {Attempt::State::under_way, std::move(socket), 0};
    return failed_attempt(errno);
}

}  // namespace spliced::os
