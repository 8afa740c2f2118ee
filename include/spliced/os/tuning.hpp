// What may be set of a socket beyond what every connection has.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <string>

#include "spliced/base/result.hpp"

namespace spliced::os {

/// tcp(7), TCP_KEEPCNT, TCP_KEEPIDLE, TCP_KEEPINTVL; 0 is the system's value.
struct KeepaliveTimes {
    unsigned count = 0;
    std::chrono::seconds idle{0};
    std::chrono::seconds interval{0};
    friend bool operator==(const KeepaliveTimes&, const KeepaliveTimes&) = default;
};

/// Of a socket that connects; whatever is 0, empty or false is left as it is.
struct ConnectTuning {
    KeepaliveTimes keepalive;
    std::chrono::milliseconds user_timeout{0};  ///< tcp(7), TCP_USER_TIMEOUT
    bool fast_open = false;       ///< bytes that are at hand go with the SYN: tcp(7), TCP_FASTOPEN_CONNECT
    bool transparent = false;     ///< the source may be anybody's address: ip(7), IP_TRANSPARENT
    bool reset_on_close = false;  ///< socket(7), SO_LINGER of zero
    std::size_t receive_buffer = 0;
    std::size_t send_buffer = 0;
    std::string interface;  ///< socket(7), SO_BINDTODEVICE
    friend bool operator==(const ConnectTuning&, const ConnectTuning&) = default;
};

/// What a tuning depends on besides.
struct Tuned {
    sa_family_t family = AF_UNSPEC;
    bool speaks_at_once = false;  ///< bytes are at hand that will be sent as soon as it stands
    bool is_disguised = false;    ///< the source is somebody else's address
};

/// False where what the connection cannot do without failed (errno says why): the interface, and the right to
/// another's address. The rest is for the better only.
bool tune(int socket, const ConnectTuning& tuning, const Tuned& how);

/// Those that are 0 become the system's values.
KeepaliveTimes completed(KeepaliveTimes times);
void set_keepalive_times(int socket, const KeepaliveTimes& times);

/// In bytes; 0 leaves one to the system. socket(7): the kernel doubles it, and caps it at net.core.?mem_max.
bool set_buffers(int socket, std::size_t receive, std::size_t send);

/// The socket may be bound to addresses that are not this machine's.
bool set_transparent(int socket, sa_family_t family);
bool bind_to_interface(int socket, const std::string& name);

/// Whether this process may take other machines' addresses.
Result<void> check_transparent();

}  // namespace spliced::os
