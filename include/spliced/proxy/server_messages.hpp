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
    std::size_t requeued = 0;  ///< that the change moved: away from it, or to it
    std::size_t queued = 0;    ///< that still wait for it and for no other
};

struct ServerIdentity {
    const std::string& backend;
    const std::string& server;
    bool backup = false;
};

/// Why, behind the state: `, reason: Layer4 connection problem, info: "Connection refused", check duration:
/// 0ms`.
std::string reason_of(const balance::CheckResult& why);
/// ` via lhc/s1`: it tracks that one.
std::string by_way_of(std::string_view backend, std::string_view server);
inline constexpr std::string_view by_command = ", changed from CLI";

/// `Server onion/web1 is DOWN, reason: Layer4 connection problem, info: "Connection refused", ...`
std::string server_down(const ServerIdentity& who, std::string_view why, const FarmState& farm);
std::string server_down(const ServerIdentity& who, const balance::CheckResult& why, const FarmState& farm);
/// `Server onion/web1 is UP, reason: Layer4 check passed, check duration: 0ms. 1 active and ...`
std::string server_up(const ServerIdentity& who, std::string_view why, const FarmState& farm);
std::string server_up(const ServerIdentity& who, const balance::CheckResult& why, const FarmState& farm);
/// `Server onion/web1 is stopping, reason: Layer7 check conditionally passed, code: 404, ...`
std::string server_stopping(const ServerIdentity& who, std::string_view why, const FarmState& farm);
/// `Server onion/web1 is going DOWN for maintenance. ...`, or of one that was down already
/// `Server onion/web1 was DOWN and now enters maintenance.`
std::string server_enters_maintenance(const ServerIdentity& who, bool was_running, const FarmState& farm,
                                      std::string_view why = {});
/// `Server onion/web1 is UP/READY (leaving forced maintenance).`
std::string server_leaves_maintenance(const ServerIdentity& who, bool drains);
/// Of one that tracks another: `Server onion/web1 is UP/READY (leaving maintenance).`
std::string server_leaves_inherited_maintenance(const ServerIdentity& who, bool running, bool drains);
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
std::string server_enters_drain(const ServerIdentity& who, const FarmState& farm, std::string_view why = {});
/// `Server onion/web1 is UP (leaving forced drain).`
std::string server_leaves_drain(const ServerIdentity& who, bool running);
/// `Server onion/web1 is stopping, changed from CLI. ...`
std::string server_health_forced(const ServerIdentity& who, balance::Health::Forced state,
                                 const FarmState& farm);
/// `proxy onion has no server available!`; a [backend] section is called backend.
std::string no_server_left(const std::string& backend, bool is_listen);

/// What `option log-health-checks` says of one check: the counter, and what it counts up to.
struct CheckReport {
    bool of_agent = false;
    const balance::Health& health;
    bool has_weight = true;
};
/// `Health check for server chk/s1 failed, reason: Layer4 timeout, check duration: 2001ms, status: 1/2 UP.`
std::string check_reported(const ServerIdentity& who, const balance::CheckResult& result,
                           const CheckReport& report);

}  // namespace spliced::proxy
