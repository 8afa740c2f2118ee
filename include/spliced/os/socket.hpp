// Stream sockets: thin calls around the kernel's, with outcomes instead of errno where a caller acts on them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "spliced/base/result.hpp"
#include "spliced/base/unique_fd.hpp"
#include "spliced/os/address.hpp"
#include "spliced/os/transfer.hpp"
#include "spliced/os/tuning.hpp"

namespace spliced::os {

/// Reads what is there into `buffer`; never blocks.
Transfer receive(int socket, std::span<char> buffer);

/// The same, and leaves it there.
Transfer peek(int socket, std::span<char> buffer);

/// Writes from `bytes`; never blocks, never raises SIGPIPE. `more` announces that a FIN or more bytes follow
/// at once (MSG_MORE), so that they can share a segment.
Transfer send(int socket, std::span<const char> bytes, bool more);

/// Sends FIN. False where the connection is already lost.
bool shut_write(int socket);

/// Makes close(2) send RST and throw away what is unsent; socket(7), SO_LINGER of zero.
void reset_on_close(int socket);

/// Bytes handed to the kernel which the peer has not acknowledged yet; 0 for unix sockets, whose bytes are
/// with the receiver as soon as they are written. tcp(7), SIOCOUTQ.
std::size_t unacknowledged(int socket);

/// Takes the pending error (SO_ERROR), 0 for none. Taking it clears it.
int take_error(int socket);

void set_keepalive(int socket);
/// Ends what ConnectOptions::speaks_at_once began; sends the ACK that is due.
void acknowledge_at_once(int socket);
/// Small segments go out at once; tcp(7), TCP_NODELAY.
void set_nodelay(int socket);

/// The address a connected socket has on our side; of no family where the kernel does not say.
Address local_address(int socket);
/// The address of the other end of it; the same.
Address remote_address(int socket);

/// True for errors that are a shortage of this machine (descriptors, memory, ports), not a fault of the peer.
bool is_shortage(int error);

/// A connection attempt: the socket, and whether it is through, under way, or failed with `error`.
struct Attempt {
    enum class State { connected, under_way, failed };
    State state = State::failed;
    UniqueFd socket;
    int error = 0;
};

struct ConnectOptions {
    const Address* to = nullptr;
    const Address* from = nullptr;  ///< a source address, with port 0 for the kernel's choice; may be null
    bool keepalive = false;
    /// The handshake's last ACK waits for the first bytes, which the caller has at hand and sends as soon as
    /// the connection stands: one segment less (tcp(7), TCP_QUICKACK). The kernel waits for 200 ms at most.
    /// Later ACKs are late as well then, until acknowledge_at_once().
    bool speaks_at_once = false;
    const ConnectTuning* tuning = nullptr;  ///< may be null
    bool is_disguised = false;              ///< `from` is not an address of this machine
    /// The handshake's last ACK is held back so that closing soon sends RST instead: the peer's application
    /// never sees the connection (only for checks).
    bool invisible = false;
};

/// Starts to connect without blocking.
Attempt start_connect(const ConnectOptions& options);

struct ListenOptions {
    const Address* address = nullptr;
    int backlog = 0;
    std::string interface;
    std::optional<bool> v6only;
    bool defer_accept = false;
    bool transparent = false;  ///< the address may be another machine's: IP_TRANSPARENT
    bool fast_open = false;    ///< tcp(7), TCP_FASTOPEN
    int mss = 0;               ///< tcp(7), TCP_MAXSEG; below 0: less than the system's
    // What the sockets that it accepts inherit.
    std::chrono::milliseconds user_timeout{0};
    KeepaliveTimes keepalive;
    bool reset_on_close = false;
    std::size_t receive_buffer = 0;
    std::size_t send_buffer = 0;
    // Rights of a unix socket's path, set before anyone can connect.
    std::optional<mode_t> mode;
    std::optional<uid_t> user;
    std::optional<gid_t> group;
    /// A path that somebody listens on is taken over instead of being an error; whoever connects finds the
    /// old socket or the new one, and never none.
    bool take_over_path = false;
};

/// A listening socket that does not block; its TCP_NODELAY is inherited by what it accepts. A path left by a
/// server that is gone is replaced, one that still answers is an error.
Result<UniqueFd> listen_on(const ListenOptions& options);

/// What can change of a socket that listens already: all but `interface`, `v6only`, `transparent` and the
/// buffers.
Result<void> retune_listener(int listener, const ListenOptions& options);

/// Takes over a listening socket that was inherited as descriptor `fd`, which is ours from then on.
Result<UniqueFd> adopt_listener(int fd);

struct Accepted {
    enum class Outcome {
        connection,  ///< `socket` and `peer`
        none,        ///< the backlog is empty
        lost,        ///< that client left while it waited; try the next
        shortage,    ///< no descriptor or memory (`error`): pause
        failed,      ///< `error`
    };
    Outcome outcome = Outcome::none;
    UniqueFd socket;
    Address peer;
    int error = 0;
};

Accepted accept_from(int listener);

/// An IP socket refuses clients from now on and lets go of nothing else: shutdown(2) takes a listening socket
/// back to the state that bind(2) left it in. Does nothing to a unix socket, which has no way back.
void stop_listening(int listener);
/// False where another process listens on the port by now.
bool listen_again(int listener);

/// Clients that wait to be accepted; empty where the kernel does not say (a unix socket). tcp(7), TCP_INFO.
std::optional<unsigned> backlog_of(int listener);

}  // namespace spliced::os
