// One server of a backend: its configuration, its state and its counters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "spliced/balance/health.hpp"
#include "spliced/config/config.hpp"

namespace spliced::balance {

/// What the statistics will show; named after HAProxy's CSV columns where those differ.
struct ServerCounters {
    std::uint64_t sessions = 0;      ///< stot, lbtot: times chosen
    std::uint64_t connects = 0;      ///< connect: attempts
    std::uint64_t failures = 0;      ///< econ: sessions that failed here after all retries
    std::uint64_t retries = 0;       ///< wretr
    std::uint64_t redispatches = 0;  ///< wredis
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t failed_checks = 0;  ///< chkfail
    std::uint64_t downs = 0;          ///< chkdown
    unsigned peak_connections = 0;    ///< smax
};

class Server {
  public:
    explicit Server(const config::Server& settings)
        : settings_(settings), health_(settings.check.rise, settings.check.fall) {}
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    const config::Server& settings() const { return settings_; }
    const std::string& name() const { return settings_.name; }

    /// Takes new connections: enabled, healthy where it is checked, of a weight above 0.
    bool usable() const { return !settings_.disabled && settings_.weight > 0 && healthy(); }
    bool healthy() const { return !settings_.check.enabled || health_.up(); }

    /// Sessions that have picked it, those still connecting included.
    unsigned connections() const { return connections_; }

    Health& health() { return health_; }
    const Health& health() const { return health_; }

    ServerCounters counters;

  private:
    friend class ServerPool;
    friend class OrderedServers;
    const config::Server& settings_;
    Health health_;
    unsigned connections_ = 0;
    std::size_t rank_ = 0;   ///< in order of the file, within the pool
    std::size_t place_ = 0;  ///< in the order that it is in
    bool in_order_ = false;  ///< the pool has handed it to its balancer
};

}  // namespace spliced::balance
