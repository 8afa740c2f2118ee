// HAProxy's sentences about servers that change state (its server.c, as release 2.6 logs them).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

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
/// `Server onion/web1 is going DOWN for maintenance. ...`, or of one that was down already
/// `Server onion/web1 was DOWN and now enters maintenance.`
std::string server_enters_maintenance(const ServerIdentity& who, bool was_running, const FarmState& farm);
/// `Server onion/web1 is UP/READY (leaving forced maintenance).`
std::string server_leaves_maintenance(const ServerIdentity& who, bool drains);
/// `Server onion/web1 is going DOWN for maintenance (No IP for server ). ...`, with HAProxy's blank, or of
/// one that was down already
std::string server_loses_address(const ServerIdentity& who, bool was_running, const FarmState& farm);
/// `Server onion/web1 ('web.example') is UP/READY (resolves again).`
std::string server_resolves_again(const ServerIdentity& who, const std::string& host, bool drains);
/// `onion/web1 changed its IP from 10.0.0.1 to 10.0.0.2 by dns/ns1.`; "(none)" where there was none.
std::string server_moved(const ServerIdentity& who, const os::Address& from, const os::Address& to,
                         const std::string& by_whom);
/// `onion/web1 changed its FQDN from a.example to b.example by 'stats socket command'`
std::string server_renamed(const ServerIdentity& who, const std::string& from, const std::string& to,
                           std::string_view by_whom);
/// `Server onion/web1 enters drain state. ...`
std::string server_enters_drain(const ServerIdentity& who, const FarmState& farm);
/// `Server onion/web1 is UP (leaving forced drain).`
std::string server_leaves_drain(const ServerIdentity& who, bool running);
/// `Server onion/web1 is stopping, changed from CLI. ...`
std::string server_health_forced(const ServerIdentity& who, balance::Health::Forced state,
                                 const FarmState& farm);
/// `proxy onion has no server available!`; a [backend] section is called backend.
std::string no_server_left(const std::string& backend, bool is_listen);

}  // namespace spliced::proxy
