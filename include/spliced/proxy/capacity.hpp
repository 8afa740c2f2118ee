// How many connections the descriptor limit allows; pure arithmetic.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace spliced::proxy {

struct CapacityDemand {
    std::size_t descriptors = 0;  ///< RLIMIT_NOFILE
    std::size_t listeners = 0;
    std::size_t checks = 0;        ///< servers with a check: one descriptor each while it runs
    std::size_t name_servers = 0;  ///< two sockets each while questions are under way
    std::size_t log_sinks = 0;
    std::size_t admin = 0;  ///< statistics sockets and their clients
    std::size_t page = 0;   ///< the status page's sockets and its clients
    bool splice = true;
    std::optional<unsigned> maxconn;   ///< as configured
    std::optional<unsigned> maxpipes;  ///< as configured
};

struct Capacity {
    std::size_t maxconn = 0;  ///< 0 where the descriptors do not suffice for one connection
    std::size_t maxpipes = 0;
    std::size_t reserved = 0;  ///< descriptors that are neither for connections nor for pipes
    bool lowered = false;      ///< the configured maxconn does not fit
};

/// Each connection takes two descriptors and each pipe two; without `maxpipes` one pipe for four connections
/// is counted, HAProxy's share. What listeners, checks and logs need is set aside first.
Capacity compute_capacity(const CapacityDemand& demand);

}  // namespace spliced::proxy
