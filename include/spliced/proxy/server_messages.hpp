// HAProxy's sentences about servers that change state (its server.c, as release 2.6 logs them).
#pragma once

#include <cstddef>
#include <string>

#include "spliced/balance/health.hpp"

namespace spliced::proxy {

/// What the sentence says about the farm behind the server.
struct FarmState {
    std::size_t active = 0;    ///< usable servers, the backups not among them
    std::size_t backups = 0;   ///< usable backup servers
    std::size_t sessions = 0;  ///< of the server that changed
};

struct ServerIdentity {
    const std::string& backend;
    const std::string& server;
    bool backup = false;
};

/// `Server onion/web1 is DOWN, reason: Layer4 connection problem, info: "Connection refused", ...`
std::string server_down(const ServerIdentity& who, const balance::CheckResult& why, const FarmState& farm);
/// `Server onion/web1 is UP, reason: Layer4 check passed, check duration: 0ms. 1 active and ...`
std::string server_up(const ServerIdentity& who, const balance::CheckResult& why, const FarmState& farm);
/// `proxy onion has no server available!`; a [backend] section is called backend.
std::string no_server_left(const std::string& backend, bool is_listen);

}  // namespace spliced::proxy
