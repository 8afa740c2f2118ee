// One server of a backend: its configuration, its state and its counters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "spliced/balance/dynamic_limit.hpp"
#include "spliced/balance/health.hpp"
#include "spliced/balance/queue.hpp"
#include "spliced/balance/service_counters.hpp"
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
    TimePoint last_at{};             ///< when it ended
};

/// An administrator's word about a server; HAProxy's bits (its server-t.h, srv_admin_state), as `show servers
/// state` prints them.
enum AdminState : unsigned {
    forced_maintenance = 0x01,
    config_maintenance = 0x04,  ///< `disabled` in the file; remembered, while forced_maintenance is what acts
    forced_drain = 0x08,
};

/// Lives as long as its name stands in the configuration, through all reloads; see ServerPool.
class Server {
  public:
    Server(const config::Server& settings, TimePoint now)
        : uptime(!settings.disabled, now),
          settings_(&settings),
          address_(settings.address),
          weight_(settings.weight),
          admin_(settings.disabled ? forced_maintenance | config_maintenance : 0u),
          limits_(settings.minconn, settings.maxconn),
          health_(settings.check.rise, settings.check.fall) {}
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    const config::Server& settings() const { return *settings_; }
    const std::string& name() const { return settings_->name; }

    /// Where to connect, and how much of the load it takes: as configured, unless changed at run time.
    const os::Address& address() const { return address_; }
    unsigned weight() const { return weight_; }
    /// Of AdminState.
    unsigned admin() const { return admin_; }
    bool in_maintenance() const { return (admin_ & forced_maintenance) != 0; }
    /// Takes no new connections, and lets those it has go on.
    bool is_draining() const { return (admin_ & forced_drain) != 0 || weight_ == 0 || health_.stopping(); }

    /// Takes new connections: not held back by anybody, healthy where it is checked, of a weight above 0.
    bool usable() const { return running() && !is_draining(); }
    /// By its checks or by an administrator's word; one without checks is healthy until told otherwise.
    bool healthy() const { return health_.up(); }
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
    std::size_t limit() const {
        constexpr unsigned all_of_it = 100;
        return dynamic_limit(limits_, load_ ? *load_ : FarmLoad{}, all_of_it);
    }
    bool has_room() const { return limits_.most == 0 || connections_ < limit(); }
    void forget_peaks();
    /// Everything that counts from the start counts from now.
    void forget_counters();

    Health& health() { return health_; }
    const Health& health() const { return health_; }

    ServiceCounters counters;
    CheckCounters checks;
    Uptime uptime;  ///< of running()
    Queue queue;    ///< sessions that wait for a place here and nowhere else

  private:
    friend class ServerPool;
    friend class OrderedServers;
    const config::Server* settings_;
    os::Address address_;
    unsigned weight_;
    unsigned admin_;
    ServerLimits limits_;
    const FarmLoad* load_ = nullptr;  ///< of its pool
    Health health_;
    unsigned holders_ = 0;
    unsigned connections_ = 0;
    unsigned peak_connections_ = 0;
    std::size_t rank_ = 0;   ///< in order of the file, within the pool
    std::size_t place_ = 0;  ///< in the order that it is in
    std::optional<TimePoint> retired_at_;
    bool in_order_ = false;  ///< the pool has handed it to its balancer
};

}  // namespace spliced::balance
