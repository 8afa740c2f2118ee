// One server of a backend: its configuration, its state and its counters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "spliced/balance/dynamic_limit.hpp"
#include "spliced/balance/health.hpp"
#include "spliced/balance/port_book.hpp"
#include "spliced/balance/queue.hpp"
#include "spliced/balance/service_counters.hpp"
#include "spliced/balance/slow_start.hpp"
#include "spliced/balance/uptime.hpp"
#include "spliced/config/config.hpp"

namespace spliced::balance {

/// What is counted of the checks of a server.
struct CheckCounters {
    std::uint64_t failed = 0;        ///< chkfail: while the server was up
    std::uint64_t downs = 0;         ///< chkdown
    std::uint64_t inconclusive = 0;  ///< checks that taught nothing: a shortage of ours, or we were late
    CheckResult last;                ///< the last that taught something
    bool any = false;                ///< there was one
    bool under_way = false;          ///< one is being made
    TimePoint last_at{};             ///< when it ended
    std::uint64_t observed = 0;      ///< hanafail: times that traffic itself has shown failures enough
    bool is_news = false;            ///< the last one moved the counter, or said something else than before

    void note(const CheckResult& result, TimePoint now, bool moves_counter) {
        is_news = moves_counter || !any || last.status != result.status;
        last = result;
        any = true;
        last_at = now;
    }
};

/// What an agent on the server has said (`agent-check`), and how it is asked.
struct AgentState {
    explicit AgentState(const config::Agent& settings) : address(settings.address), send(settings.send) {}

    bool says_down() const { return enabled && !health.up(); }

    Health health{1, 1};
    CheckCounters checks;
    bool enabled = true;  ///< `disable agent` takes it back
    os::Address address;
    std::string send;
};

/// An administrator's word about a server; HAProxy's bits (its server-t.h, srv_admin_state), as `show servers
/// state` prints them.
enum AdminState : unsigned {
    forced_maintenance = 0x01,
    inherited_maintenance = 0x02,  ///< of the server that it tracks
    config_maintenance = 0x04,  ///< `disabled` in the file; remembered, while forced_maintenance is what acts
    forced_drain = 0x08,
    inherited_drain = 0x10,
    resolution_maintenance = 0x20,  ///< its name has no address
    host_changed = 0x40,            ///< it goes by another name than that of the file
};

/// What an administrator, or an agent for him, sets and takes back; the rest is said by others.
inline constexpr unsigned forced_states = forced_maintenance | forced_drain;

/// Lives as long as its name stands in the configuration, through all reloads; see ServerPool.
class Server {
  public:
    Server(const config::Server& settings, TimePoint now)
        : agent(settings.agent.enabled ? std::make_unique<AgentState>(settings.agent) : nullptr),
          uptime(!settings.disabled && !lacks_address(settings), now),
          settings_(&settings),
          address_(first_address(settings)),
          host_(settings.naming.is_service() ? std::string() : settings.naming.host),
          weight_(settings.weight),
          admin_((settings.disabled ? forced_maintenance | config_maintenance : 0u) |
                 (lacks_address(settings) ? resolution_maintenance : 0u)),
          limits_(settings.minconn, settings.maxconn),
          health_(settings.check.rise, settings.check.fall) {}
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    const config::Server& settings() const { return *settings_; }
    const std::string& name() const { return settings_->name; }

    /// Where to connect, and how much of the load it takes: as configured, unless changed at run time.
    const os::Address& address() const { return address_; }
    /// False while its name has none; address() is then the last one, for sessions that are on their way.
    bool has_address() const { return (admin_ & resolution_maintenance) == 0; }
    /// The name behind the address, where there is one: that of the file, unless changed at run time, or what
    /// a record of its service names.
    const std::string& host() const { return host_; }
    unsigned weight() const { return weight_; }
    /// What it takes now, in sixteenths of a unit of weight: less than its weight while it starts slowly.
    unsigned effective_weight() const { return weight_ * sixteenths_; }
    /// While it starts slowly, the percentage of its weight that it takes: HAProxy's throttle.
    std::optional<unsigned> throttle() const {
        if (!slow_since_) return std::nullopt;
        return 100 * sixteenths_ / weight_unit;
    }
    /// Absent unless it starts slowly.
    std::optional<SlowStart> slow_start() const {
        if (!slow_since_ || settings_->slowstart.count() == 0) return std::nullopt;
        return SlowStart(*slow_since_, settings_->slowstart);
    }
    /// Of AdminState: its own.
    unsigned admin() const { return admin_; }
    /// With what the server that it tracks hands down.
    unsigned whole_admin() const;
    bool in_maintenance() const {
        return (admin_ & (forced_maintenance | resolution_maintenance)) != 0 ||
               (followed_ && followed_->in_maintenance());
    }
    /// By an administrator's word, or an agent's.
    bool is_told_to_drain() const {
        return (admin_ & forced_drain) != 0 || (followed_ && followed_->is_told_to_drain());
    }
    bool is_stopping() const { return followed_ ? followed_->is_stopping() : health_.stopping(); }
    /// Takes no new connections, and lets those it has go on.
    bool is_draining() const { return weight_ == 0 || is_told_to_drain() || is_stopping(); }

    /// Takes new connections: not held back by anybody, healthy where it is checked, of a weight above 0.
    bool usable() const { return running() && !is_draining(); }
    /// By its checks or by an administrator's word; one without checks is healthy until told otherwise.
    bool healthy() const {
        return followed_ ? followed_->healthy() : health_.up() && !(agent && agent->says_down());
    }
    /// Neither down nor in maintenance.
    bool running() const { return healthy() && !in_maintenance(); }

    /// It is gone from the files, and lives on for its last sessions.
    bool retired() const { return retired_at_.has_value(); }
    std::optional<TimePoint> retired_at() const { return retired_at_; }
    void retire(TimePoint now) { retired_at_ = now; }

    /// Sessions that may still speak of it, in their log line for instance; not the same as connections().
    void hold() { ++holders_; }
    void let_go() { --holders_; }
    bool is_known() const { return holders_ > 0; }

    /// Sessions that have picked it, those still connecting included.
    unsigned connections() const { return connections_; }
    /// The most at one time: smax.
    unsigned peak_connections() const { return peak_connections_; }
    /// As configured, unless changed at run time.
    const ServerLimits& limits() const { return limits_; }
    /// Connections that it may have now; 0 is no limit.
    std::size_t limit() const { return dynamic_limit(limits_, load_ ? *load_ : FarmLoad{}, warmth_); }
    bool has_room() const { return limits_.most == 0 || connections_ < limit(); }
    void forget_peaks();
    /// Everything that counts from the start counts from now.
    void forget_counters();

    /// Of its `source` range; absent where none is free. Goes back when the connection is closed.
    std::optional<std::uint16_t> take_port() const;
    void give_back_port(std::uint16_t port) const;

    /// `track`: the server whose health it takes over; null where it has its own.
    const Server* followed() const { return followed_; }
    void follow(const Server* server) { followed_ = server; }
    /// The one at the end of the chain, whose health it is.
    const Server& health_source() const { return followed_ ? followed_->health_source() : *this; }
    /// How the tracked server was when it was looked at last.
    struct Inherited {
        bool running = true;
        bool in_maintenance = false;
        bool draining = false;
        bool stopping = false;
    };
    Inherited inherited;

    /// Where checks go: as configured, unless changed at run time. A check follows a server that was moved,
    /// unless the file sends it elsewhere.
    os::Address check_address() const;
    /// Absent: as configured.
    std::optional<os::Address> moved_check;

    /// `observe layer4`: connections that failed in a row.
    unsigned failures_in_a_row = 0;

    Health& health() { return health_; }
    const Health& health() const { return health_; }

    ServiceCounters counters;
    CheckCounters checks;
    std::unique_ptr<AgentState> agent;  ///< null where there is none
    Uptime uptime;                      ///< of running()
    Queue queue;                        ///< sessions that wait for a place here and nowhere else

  private:
    static const os::Address& first_address(const config::Server& settings) {
        return settings.naming.is_followed() ? settings.naming.initial : settings.address;
    }
    static bool lacks_address(const config::Server& settings) {
        return !settings.naming.host.empty() && first_address(settings).family() == AF_UNSPEC;
    }

    friend class ServerPool;
    friend class OrderedServers;
    const config::Server* settings_;
    os::Address address_;
    std::string host_;
    unsigned weight_;
    unsigned sixteenths_ = weight_unit;    ///< of its weight
    unsigned warmth_ = 100;                ///< percent of its limit
    std::optional<TimePoint> slow_since_;  ///< it came back then, and is not at full weight yet
    unsigned admin_;
    ServerLimits limits_;
    const FarmLoad* load_ = nullptr;  ///< of its pool
    const Server* followed_ = nullptr;
    Health health_;
    unsigned holders_ = 0;
    unsigned connections_ = 0;
    unsigned peak_connections_ = 0;
    std::size_t rank_ = 0;                     ///< in order of the file, within the pool
    std::size_t place_ = 0;                    ///< in the order that it is in
    mutable std::unique_ptr<PortBook> ports_;  ///< null until one is taken; who connects changes it
    std::optional<TimePoint> retired_at_;
    bool in_order_ = false;  ///< the pool has handed it to its balancer
};

}  // namespace spliced::balance
