// Clients that were turned away: HAProxy's columns dcon, dses, dreq and ereq.
#pragma once

#include <cstdint>

namespace spliced::proxy {

struct Denials {
    std::uint64_t connections = 0;      ///< by `tcp-request connection`: they never became sessions
    std::uint64_t sessions = 0;         ///< by `tcp-request session`
    std::uint64_t requests = 0;         ///< by `tcp-request content`
    std::uint64_t failed_requests = 0;  ///< left, or fell silent, while rules waited for their first bytes
};

}  // namespace spliced::proxy
