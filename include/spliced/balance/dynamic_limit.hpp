// How many connections a server may have at a time: HAProxy's `maxconn`, `minconn` and `fullconn`.
#pragma once

#include <algorithm>
#include <cstddef>

namespace spliced::balance {

/// Of a backend: how busy it is.
struct FarmLoad {
    std::size_t sessions = 0;  ///< that it has now, those that wait included
    std::size_t fullconn = 1;  ///< at so many every server may have its maxconn; 1 and up
};

/// Of a server: the bounds between which its limit moves. Equal ones make a limit that stands still.
struct ServerLimits {
    ServerLimits() = default;
    /// `minconn` 0 is none; one above `maxconn` is both, as in HAProxy.
    ServerLimits(unsigned minconn, unsigned maxconn)
        : least(minconn == 0 ? maxconn : minconn), most(std::max(minconn, maxconn)) {}

    unsigned least = 0;
    unsigned most = 0;  ///< 0: no limit

    bool moves() const { return least != most; }
    friend bool operator==(const ServerLimits&, const ServerLimits&) = default;
};

/// 0 is no limit. `ramp_percent`: how much of it a server may take that has just come up (`slowstart`); at
/// least one connection is always allowed.
inline std::size_t dynamic_limit(const ServerLimits& limits, const FarmLoad& load, unsigned ramp_percent) {
    if (limits.most == 0) return 0;
    std::size_t limit = limits.most;
    if (limits.moves() && load.sessions < load.fullconn)
        limit = std::max<std::size_t>(limits.least, load.sessions * limits.most / load.fullconn);
    return std::max<std::size_t>(1, limit * ramp_percent / 100);
}

}  // namespace spliced::balance
