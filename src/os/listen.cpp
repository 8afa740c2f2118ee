// The listening half of socket.hpp.
#include <fcntl.h>
#include <fmt/core.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "spliced/os/inherited_sockets.hpp"
#include "spliced/os/socket.hpp"

namespace spliced::os {
namespace {

Error cannot_listen(const Address& address, std::string_view step, int code) {
    return system_error(fmt::format("cannot listen on {}: {}", address.text(), step), code);
}

// Only connecting tells the socket of a server that crashed from one that is in use.
bool answers(const Address& address) {
    ConnectOptions options;
    options.to = &address;
    Attempt attempt = start_connect(options);
    return attempt.state != Attempt::State::failed || attempt.error != ECONNREFUSED;
}

// A socket that a crashed server left behind is removed.
Result<void> clear_path(const Address& address) {
    std::string path = address.path();
    if (path.empty() || ::access(path.c_str(), F_OK) < 0) return {};
    if (answers(address)) return cannot_listen(address, "bind", EADDRINUSE);
    if (::unlink(path.c_str()) < 0) return cannot_listen(address, "remove the old socket", errno);
    return {};
}

// Bound under a name of its own, then put in the place of the old one by rename(2).
Result<Address> temporary_path(const Address& address) {
    std::string path = fmt::format("{}.{}.tmp", address.path(), ::getpid());
    ::unlink(path.c_str());
    auto temporary = Address::unix_path(path);
    if (!temporary) return Error{fmt::format("cannot listen on {}: the path is too long", address.text())};
    return temporary;
}

// A mistyped path must not cost a file.
Result<void> check_path(const Address& address) {
    struct stat found {};
    if (::lstat(address.path().c_str(), &found) == 0 && !S_ISSOCK(found.st_mode))
        return Error{fmt::format("cannot listen on {}: it exists and is not a socket", address.text()),
                     EEXIST};
    return {};
}

Result<void> apply_options(int socket, const ListenOptions& options) {
    const Address& address = *options.address;
    auto set = [&](int level, int name, int value, std::string_view what) -> Result<void> {
        if (::setsockopt(socket, level, name, &value, sizeof value) == 0) return {};
        return cannot_listen(address, what, errno);
    };
    if (address.is_ip()) {
        if (auto done = set(SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR"); !done) return done;
        if (auto done = set(IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY"); !done) return done;
    }
    if (options.v6only && address.family() == AF_INET6)
        if (auto done = set(IPPROTO_IPV6, IPV6_V6ONLY, *options.v6only ? 1 : 0, "IPV6_V6ONLY"); !done)
            return done;
    // One second, after which the kernel hands the connection over without data; HAProxy's value.
    if (options.defer_accept && address.is_ip())
        if (auto done = set(IPPROTO_TCP, TCP_DEFER_ACCEPT, 1, "TCP_DEFER_ACCEPT"); !done) return done;
    if (!options.interface.empty() && !bind_to_interface(socket, options.interface))
        return cannot_listen(address, "interface " + options.interface, errno);
    if (options.transparent && !set_transparent(socket, address.family()))
        return cannot_listen(address, "transparent (CAP_NET_ADMIN)", errno);
    if (address.is_ip()) set_buffers(socket, options.receive_buffer, options.send_buffer);
    return {};
}

enum class Fresh { yes, no };

// A negative one is subtracted from what a fresh socket would announce, as HAProxy does.
int mss_of(const ListenOptions& options) {
    if (options.mss >= 0) return options.mss;
    UniqueFd fresh(::socket(options.address->family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    int usual = 0;
    socklen_t length = sizeof usual;
    ::getsockopt(fresh.get(), IPPROTO_TCP, TCP_MAXSEG, &usual, &length);
    return usual + options.mss;
}

// What it accepts inherits this from it.
void tune_accepted(int listener, const ListenOptions& options, Fresh fresh) {
    bool always = fresh == Fresh::no;
    set_keepalive_times(listener, always ? completed(options.keepalive) : options.keepalive);
    linger how{.l_onoff = options.reset_on_close ? 1 : 0, .l_linger = 0};
    if (always || options.reset_on_close) ::setsockopt(listener, SOL_SOCKET, SO_LINGER, &how, sizeof how);
}

// A socket that listens already may have been tuned before, so that what is not wanted is taken back.
Result<void> tune_listener(int socket, const ListenOptions& options, Fresh fresh) {
    const Address& address = *options.address;
    if (!address.is_ip()) return {};
    bool always = fresh == Fresh::no;
    auto set = [&](int name, int value, std::string_view what) -> Result<void> {
        bool needed = always || value != 0;
        if (!needed || ::setsockopt(socket, IPPROTO_TCP, name, &value, sizeof value) == 0) return {};
        return cannot_listen(address, what, errno);
    };
    if (auto done = set(TCP_MAXSEG, mss_of(options), "mss"); !done) return done;
    if (auto done = set(TCP_USER_TIMEOUT, static_cast<int>(options.user_timeout.count()), "tcp-ut"); !done)
        return done;
    if (auto done = set(TCP_FASTOPEN, options.fast_open ? options.backlog : 0, "tfo"); !done) return done;
    tune_accepted(socket, options, fresh);
    return {};
}

// Only what differs: of a path that somebody else made, an ordinary user may change nothing.
Result<void> set_rights(const std::string& path, const ListenOptions& options) {
    struct stat now {};
    if (::stat(path.c_str(), &now) < 0) return cannot_listen(*options.address, "rights", errno);
    bool has_mode = !options.mode || (now.st_mode & 07777) == *options.mode;
    if (!has_mode && ::chmod(path.c_str(), *options.mode) < 0)
        return cannot_listen(*options.address, "mode", errno);
    bool has_owner = options.user.value_or(now.st_uid) == now.st_uid;
    bool has_group = options.group.value_or(now.st_gid) == now.st_gid;
    auto same = static_cast<uid_t>(-1);  // chown(2): leave it as it is
    if (!(has_owner && has_group) &&
        ::chown(path.c_str(), options.user.value_or(same), options.group.value_or(same)) < 0)
        return cannot_listen(*options.address, "owner", errno);
    return {};
}

Result<void> bind_to(int socket, const Address& address, const ListenOptions& options) {
    if (auto tuned = tune_listener(socket, options, Fresh::yes); !tuned) return tuned;
    if (::bind(socket, address.data(), address.length()) < 0)
        return cannot_listen(*options.address, "bind", errno);
    if (std::string path = address.path(); !path.empty())
        if (auto done = set_rights(path, options); !done) return done.error();
    if (::listen(socket, options.backlog) < 0) return cannot_listen(*options.address, "listen", errno);
    return {};
}

Result<void> take_over(int socket, const ListenOptions& options) {
    auto temporary = temporary_path(*options.address);
    if (!temporary) return temporary.error();
    std::string path = temporary->path();
    auto bound = bind_to(socket, *temporary, options);
    if (bound && ::rename(path.c_str(), options.address->path().c_str()) < 0)
        bound = cannot_listen(*options.address, "rename", errno);
    if (!bound) ::unlink(path.c_str());
    return bound;
}

}  // namespace

Result<UniqueFd> listen_on(const ListenOptions& options) {
    const Address& address = *options.address;
    UniqueFd socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) return cannot_listen(address, "socket", errno);
    if (auto applied = apply_options(socket.get(), options); !applied) return applied.error();
    if (auto checked = check_path(address); !checked) return checked.error();
    if (options.take_over_path && !address.path().empty()) {
        if (auto taken = take_over(socket.get(), options); !taken) return taken.error();
        return socket;
    }
    if (auto cleared = clear_path(address); !cleared) return cleared.error();
    if (auto bound = bind_to(socket.get(), address, options); !bound) return bound.error();
    return socket;
}

Result<void> retune_listener(int listener, const ListenOptions& options) {
    const Address& address = *options.address;
    int seconds = options.defer_accept ? 1 : 0;
    if (address.is_ip() &&
        ::setsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds) < 0)
        return cannot_listen(address, "TCP_DEFER_ACCEPT", errno);
    if (auto tuned = tune_listener(listener, options, Fresh::no); !tuned) return tuned;
    if (::listen(listener, options.backlog) < 0) return cannot_listen(address, "listen", errno);
    std::string path = address.path();
    return path.empty() ? Result<void>() : set_rights(path, options);
}

void retune_inherited(int listener, const ListenOptions& options) {
    set_buffers(listener, options.receive_buffer, options.send_buffer);
    tune_accepted(listener, options, Fresh::no);
}

Result<UniqueFd> adopt_listener(int fd) {
    int listening = 0;
    socklen_t length = sizeof listening;
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) < 0)
        return system_error(fmt::format("cannot use the inherited descriptor fd@{}", fd), errno);
    if (!listening)
        return Error{
            fmt::format("cannot use the inherited descriptor fd@{}: it is not a listening socket", fd)};
    UniqueFd own(fd);
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    int on = 1;  // fails for a unix socket, which needs none
    ::setsockopt(own.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return own;
}

namespace {

Accepted::Outcome outcome_of(int error) {
    switch (error) {
        case EAGAIN:
            return Accepted::Outcome::none;
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM:
            return Accepted::Outcome::shortage;
        case EINTR:
        case ECONNABORTED:
        // accept(2): errors of the network that are already pending on the new connection.
        case ENETDOWN:
        case EHOSTDOWN:
        case ENONET:
        case EHOSTUNREACH:
        case ENETUNREACH:
            return Accepted::Outcome::lost;
        default:
            return Accepted::Outcome::failed;
    }
}

}  // namespace

Accepted accept_from(int listener) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    auto* generic = reinterpret_cast<sockaddr*>(&storage);
    int fd = ::accept4(listener, generic, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return {outcome_of(errno), UniqueFd(), Address(), errno};
    return {Accepted::Outcome::connection, UniqueFd(fd), Address(generic, length), 0};
}

void stop_listening(int listener) {
    int family = AF_UNSPEC;
    socklen_t length = sizeof family;
    ::getsockopt(listener, SOL_SOCKET, SO_DOMAIN, &family, &length);
    if (family != AF_UNIX) ::shutdown(listener, SHUT_RDWR);
}

// The backlog that was asked for first is not known here; the kernel caps it at net.core.somaxconn anyhow.
bool listen_again(int listener) {
    return ::listen(listener, SOMAXCONN) == 0;
}

std::optional<unsigned> backlog_of(int listener) {
    tcp_info info{};
    socklen_t length = sizeof info;
    if (::getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &length) < 0) return std::nullopt;
    return info.tcpi_unacked;  // what a listening socket puts there, since Linux 2.6.24 (tcp_get_info)
}

}  // namespace spliced::os
