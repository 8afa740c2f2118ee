#include "spliced/os/tuning.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include "spliced/os/socket.hpp"

namespace spliced::os {
namespace {

bool set(int socket, int level, int name, int value) {
    return ::setsockopt(socket, level, name, &value, sizeof value) == 0;
}

int system_value(int socket, int name) {
    int value = 0;
    socklen_t length = sizeof value;
    return ::getsockopt(socket, IPPROTO_TCP, name, &value, &length) == 0 ? value : 0;
}

}  // namespace

void set_keepalive_times(int socket, const KeepaliveTimes& times) {
    if (times.count != 0) set(socket, IPPROTO_TCP, TCP_KEEPCNT, static_cast<int>(times.count));
    if (times.idle.count() != 0) set(socket, IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(times.idle.count()));
    if (times.interval.count() != 0)
        set(socket, IPPROTO_TCP, TCP_KEEPINTVL, static_cast<int>(times.interval.count()));
}

// 0 is no value that the kernel would take, so a fresh socket is asked what it would have.
KeepaliveTimes completed(KeepaliveTimes times) {
    UniqueFd fresh(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fresh) return times;
    if (times.count == 0) times.count = static_cast<unsigned>(system_value(fresh.get(), TCP_KEEPCNT));
    if (times.idle.count() == 0) times.idle = std::chrono::seconds(system_value(fresh.get(), TCP_KEEPIDLE));
    if (times.interval.count() == 0)
        times.interval = std::chrono::seconds(system_value(fresh.get(), TCP_KEEPINTVL));
    return times;
}

bool set_buffers(int socket, std::size_t receive, std::size_t send) {
    bool done = true;
    if (receive != 0) done = set(socket, SOL_SOCKET, SO_RCVBUF, static_cast<int>(receive));
    if (send != 0) done = set(socket, SOL_SOCKET, SO_SNDBUF, static_cast<int>(send)) && done;
    return done;
}

bool set_transparent(int socket, sa_family_t family) {
    return family == AF_INET6 ? set(socket, IPPROTO_IPV6, IPV6_TRANSPARENT, 1)
                              : set(socket, IPPROTO_IP, IP_TRANSPARENT, 1);
}

bool bind_to_interface(int socket, const std::string& name) {
    return ::setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, name.c_str(),
                        static_cast<socklen_t>(name.size() + 1)) == 0;
}

bool tune(int socket, const ConnectTuning& tuning, const Tuned& how) {
    set_buffers(socket, tuning.receive_buffer, tuning.send_buffer);
    if (tuning.reset_on_close) reset_on_close(socket);
    if (how.family != AF_INET && how.family != AF_INET6) return true;
    set_keepalive_times(socket, tuning.keepalive);
    if (tuning.user_timeout.count() != 0)
        set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(tuning.user_timeout.count()));
    // connect(2) sends nothing then, so that a server that speaks first would wait for ever: only where the
    // client has spoken.
    if (tuning.fast_open && how.speaks_at_once) set(socket, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
    if (!tuning.interface.empty() && !bind_to_interface(socket, tuning.interface)) return false;
    return !how.is_disguised || set_transparent(socket, how.family);
}

Result<void> check_transparent() {
    UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket && set_transparent(socket.get(), AF_INET)) return {};
    return system_error("the address of somebody else cannot be used (CAP_NET_ADMIN)", errno);
}

}  // namespace spliced::os
