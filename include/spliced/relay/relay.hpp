// Two flows and two sockets: moves bytes both ways until both directions are over or one side is lost.
//
// It owns the sockets and their registration and makes the system calls; the session that owns it forwards
// readiness and time, and asks after each step what to do. It never destroys anything but what it owns.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "spliced/base/clock.hpp"
#include "spliced/base/unique_fd.hpp"
#include "spliced/event/stream_event.hpp"
#include "spliced/relay/conduit.hpp"
#include "spliced/relay/flow.hpp"
#include "spliced/relay/throttle.hpp"

namespace spliced::relay {

enum class Side : std::uint8_t { client = 0, server = 1 };
constexpr Side other(Side side) {
    return side == Side::client ? Side::server : Side::client;
}

/// Longest silence allowed; zero is infinite. Indexed by Side.
struct IdleLimits {
    std::array<Duration, 2> open{};  ///< `timeout client`, `timeout server`
    std::array<Duration, 2>
        half_closed{};               ///< `timeout client-fin`, `timeout server-fin`: we sent FIN to that side
    std::optional<Duration> tunnel;  ///< replaces both of `open`
};

/// What ended a session first.
enum class Cause : std::uint8_t { none, reset, timeout, shortage, killed };

class Relay {
  public:
    enum class Progress : std::uint8_t {
        waiting,   ///< for readiness or next_deadline()
        again,     ///< this turn's share of work is used up; there is more
        finished,  ///< nothing left to do: destroy
    };

    explicit Relay(Resources& resources);

    struct Endpoint {
        UniqueFd socket;
        bool nodelay = false;  ///< TCP_NODELAY is set, or means nothing here
        bool written = false;
        bool acks_late = false;  ///< since it was connected with ConnectOptions::speaks_at_once
        TimePoint last_active{};
        event::StreamEvent event;  // after the socket, so that it is deregistered first
    };
    Endpoint& end(Side side) { return ends_[index(side)]; }
    const Endpoint& end(Side side) const { return ends_[index(side)]; }

    /// Remembers readiness; also before the server is connected, so that nothing the client did is lost.
    void on_ready(Side side, event::Ready ready);

    /// That side has said something that waits to be read, or has ended.
    bool has_heard(Side side) const { return flow_from(side).source_is_readable(); }

    /// That side has sent FIN, perhaps behind bytes that are not read yet.
    bool has_hung_up(Side side) const { return flow_from(side).source_has_hung_up(); }
    /// What it said so far was taken by somebody else, all of it.
    void forget_heard(Side side) { flow_from(side).source_drained(); }

    /// Bytes of our own that go to that side ahead of all that the other one says; once both are connected
    /// and before the first pump(). False where there is no memory for them.
    bool lead_with(Side to, std::span<const char> bytes, TimePoint now);

    /// Limits of what comes from that side; made at the first call.
    Lane& lane_from(Side side);

    /// A unix socket's reads stop short where descriptors were passed, and it has no TCP options.
    void mark_unix(Side side) {
        flow_from(side).distrust_short_reads();
        end(side).nodelay = true;
    }

    /// Nothing more will be asked of that side, though the other may still have to take what it was sent.
    bool is_done_with(Side side) const { return linger_until_ != never && !reset_is_due(side); }

    /// Moves what can be moved, within this turn's share. `limits` outlives the call only.
    Progress pump(TimePoint now, const IdleLimits& limits);
    /// A deadline may have passed: acts on it.
    Progress on_timer(TimePoint now, const IdleLimits& limits);
    /// When on_timer() is wanted; `never` where every limit is infinite.
    TimePoint next_deadline(const IdleLimits& limits) const;

    /// Ends both sides by RST: a transfer that was cut off must not look complete.
    void abort();

    std::uint64_t bytes_from(Side side) const { return flow_from(side).total(); }
    Cause cause() const { return cause_; }
    Side cause_side() const { return cause_side_; }
    /// The server was through, in both directions, when that happened: HAProxy's phase `L`.
    bool server_was_done() const { return server_was_done_; }

  private:
    static constexpr std::size_t not_asked = static_cast<std::size_t>(-1);

    static std::size_t index(Side side) { return static_cast<std::size_t>(side); }
    Flow& flow_from(Side side) { return flows_[index(side)]; }
    const Flow& flow_from(Side side) const { return flows_[index(side)]; }
    Flow& flow_to(Side side) { return flow_from(other(side)); }
    const Flow& flow_to(Side side) const { return flow_from(other(side)); }

    bool pump_flow(Side from, TimePoint now);
    void read_once(Side from, TimePoint now);
    void take_in(Side from, const os::Transfer& transfer, bool drained, TimePoint now);
    bool is_held(Side from) const;
    bool is_any_held() const;
    TimePoint held_until() const;
    void write_once(Side from, TimePoint now);
    static void prepare_write(Endpoint& to);
    void acknowledge_first_read(Side from);
    void send_fin(Side from);
    void on_side_lost(Side side, int error);
    Progress conclude(TimePoint now, const IdleLimits& limits, bool again);
    /// The invariant of a session that waits: a session with nothing to wait for would stay for ever.
    bool waits_for_something() const;
    bool reset_is_due(Side side) const;
    bool all_delivered() const;
    Progress linger(TimePoint now, const IdleLimits& limits);
    Progress finish();
    Progress expire(Side side, TimePoint now, const IdleLimits& limits);
    bool takes_bytes(Side side, TimePoint now, const IdleLimits& limits);
    void note(Cause cause, Side side);
    TimePoint idle_deadline(Side side, const IdleLimits& limits) const;
    Duration idle_limit(Side side, const IdleLimits& limits) const;

    std::array<Flow, 2> flows_;  ///< by the side they come from
    std::array<Conduit, 2> conduits_;
    std::array<Endpoint, 2> ends_;
    /// What was unacknowledged when a side that holds up bytes was silent for its whole limit; see expire().
    std::array<std::size_t, 2> unacknowledged_{not_asked, not_asked};
    TimePoint linger_until_ = never;
    TimePoint linger_look_ = never;       ///< next look at what is still unacknowledged
    std::unique_ptr<Throttle> throttle_;  ///< null where nothing is limited
    Cause cause_ = Cause::none;
    Side cause_side_ = Side::client;
    bool server_was_done_ = false;
    std::uint8_t linger_looks_ = 0;
};

}  // namespace spliced::relay
