// Commands that change one server: its state, its health, its weight.
#include <fmt/format.h>

#include <algorithm>

#include "spliced/control/check_commands.hpp"
#include "spliced/control/command_groups.hpp"
#include "spliced/control/find_object.hpp"
#include "spliced/control/server_address.hpp"

namespace spliced::control {
namespace {

using balance::Health;
using config::AdminLevel;

constexpr unsigned largest_weight = 256;

void put(const NamedServer& named, unsigned state) {
    named.backend->set_admin(*named.server, (named.server->admin() & ~balance::forced_states) | state);
}

Answer set_state(const NamedServer& named, std::string_view wanted) {
    if (wanted == "ready")
        put(named, 0);
    else if (wanted == "drain")
        put(named, balance::forced_drain);
    else if (wanted == "maint")
        put(named, balance::forced_maintenance);
    else
        return Answer::error("'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n");
    return Answer::done();
}

Answer set_health(const NamedServer& named, std::string_view wanted) {
    if (named.server->followed()) return Answer::error("cannot change health on a tracking server.\n");
    if (wanted == "up")
        named.backend->force_health(*named.server, Health::Forced::up);
    else if (wanted == "stopping")
        named.backend->force_health(*named.server, Health::Forced::stopping);
    else if (wanted == "down")
        named.backend->force_health(*named.server, Health::Forced::down);
    else
        return Answer::error("'set server <srv> health' expects 'up', 'stopping', or 'down'.\n");
    return Answer::done();
}

/// `50%` is of the weight in the file.
Answer set_weight(const NamedServer& named, std::string_view text) {
    if (text.empty()) return Answer::error("Require <weight> or <weight%>.\n");
    bool relative = text.ends_with('%');
    auto number = parse_number(relative ? text.substr(0, text.size() - 1) : text);
    if (!number) return Answer::error("Empty weight string empty or preceded by garbage");
    if (relative && *number < 0) return Answer::error("Relative weight must be positive.\n");
    if (!relative && (*number < 0 || *number > long{largest_weight}))
        return Answer::error("Absolute weight can only be between 0 and 256 inclusive.\n");
    long percent = std::min(*number, 100L * largest_weight);
    long weight =
        relative ? std::min(named.server->settings().weight * percent / 100, long{largest_weight}) : *number;
    long initial = named.server->settings().weight;
    if (weight != 0 && weight != initial && !balance::has_dynamic_weights(named.backend->settings()))
        return Answer::error(
            "Backend is using a static LB algorithm and only accepts weights '0%' and '100%'.\n");
    named.backend->set_weight(*named.server, static_cast<unsigned>(weight));
    return Answer::done();
}

/// What of HAProxy's there is not: each says so.
Answer refuse(std::string_view what) {
    if (what == "ssl")
        return Answer::error(
            "'set server <srv> ssl' cannot be set.  default-server should define ssl settings\n");
    return Answer::error(
        "usage: set server <backend>/<server> addr | agent | agent-addr | agent-port | "
        "agent-send | check-addr | check-port | fqdn | health | ssl | state | weight\n");
}

Answer set_server(const Call& call) {
    auto named = find_server(call.admin.engine, call.argument(0));
    if (!named) return Answer::error(std::string(named.refusal));
    auto what = call.argument(1);
    if (what == "state") return set_state(named, call.argument(2));
    if (what == "health") return set_health(named, call.argument(2));
    if (what == "weight") return set_weight(named, call.argument(2));
    if (what == "addr")
        return change_address(named, call.argument(2), call.argument(3) == "port",
                              std::string(call.argument(4)));
    if (what == "agent") return set_agent(named, call.argument(2));
    if (what == "agent-send") return set_agent_send(named, call.argument(2));
    if (what == "agent-addr" || what == "agent-port" || what == "check-addr" || what == "check-port")
        return set_check_target(named, what, call);
    if (what == "fqdn") return change_host(call.admin.engine, named, call.argument(2));
    return refuse(what);
}

Answer set_weight_of(const Call& call) {
    auto named = find_server(call.admin.engine, call.argument(0));
    return named ? set_weight(named, call.argument(1)) : Answer::error(std::string(named.refusal));
}

Answer get_weight(const Call& call) {
    auto named = find_server(call.admin.engine, call.argument(0));
    if (!named) return Answer::error(std::string(named.refusal));
    return Answer::info(
        fmt::format("{} (initial {})\n", named.server->weight(), named.server->settings().weight));
}

Answer disable_server(const Call& call) {
    auto named = find_server(call.admin.engine, call.argument(0));
    return named ? set_state(named, "maint") : Answer::error(std::string(named.refusal));
}

Answer enable_server(const Call& call) {
    auto named = find_server(call.admin.engine, call.argument(0));
    return named ? set_state(named, "ready") : Answer::error(std::string(named.refusal));
}

Answer disable_health(const Call& call) {
    auto named = find_server(call.admin.engine, call.argument(0));
    if (!named) return Answer::error(std::string(named.refusal));
    named.backend->set_checking(*named.server, false);
    return Answer::done();
}

Answer enable_health(const Call& call) {
    auto named = find_server(call.admin.engine, call.argument(0));
    if (!named) return Answer::error(std::string(named.refusal));
    if (!named.backend->set_checking(*named.server, true))
        return Answer::error("Health check was not configured on this server, cannot enable.\n");
    return Answer::done();
}

Answer disable_agent(const Call& call) {
    auto named = find_server(call.admin.engine, call.argument(0));
    if (!named) return Answer::error(std::string(named.refusal));
    named.backend->set_asking(*named.server, false);
    return Answer::done();
}

Answer enable_agent(const Call& call) {
    auto named = find_server(call.admin.engine, call.argument(0));
    if (!named) return Answer::error(std::string(named.refusal));
    if (!named.backend->set_asking(*named.server, true))
        return Answer::error("Agent was not configured on this server, cannot enable.\n");
    return Answer::done();
}

bool starts_with_number(std::string_view text) {
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

Answer set_maxconn(const Call& call) {
    auto named = find_server(call.admin.engine, call.argument(0));
    if (!named) return Answer::error(std::string(named.refusal));
    if (call.argument(1).empty()) return Answer::error("Require <maxconn>.\n");
    auto limit = parse_number(call.argument(1));
    if (!limit)
        return Answer::error(starts_with_number(call.argument(1))
                                 ? "Trailing garbage in maxconn string"
                                 : "maxconn string empty or preceded by garbage");
    if (*limit < 0 || *limit > INT32_MAX) return Answer::error("Value out of range.\n");
    named.backend->pool().set_maxconn(*named.server, static_cast<unsigned>(*limit));
    return Answer::done();
}

// clang-format off
constexpr Command table[] = {
    {{"disable", "agent"},         AdminLevel::admin, "disable agent",                         "disable agent checks", disable_agent},
    {{"disable", "health"},        AdminLevel::admin, "disable health",                        "disable health checks", disable_health},
    {{"disable", "server"},        AdminLevel::admin, "disable server (DEPRECATED)",           "disable a server for maintenance (use 'set server' instead)", disable_server},
    {{"enable", "agent"},          AdminLevel::admin, "enable agent",                          "enable agent checks", enable_agent},
    {{"enable", "health"},         AdminLevel::admin, "enable health",                         "enable health checks", enable_health},
    {{"enable", "server"},         AdminLevel::admin, "enable server  (DEPRECATED)",           "enable a disabled server (use 'set server' instead)", enable_server},
    {{"get", "weight"},            AdminLevel::user,  "get weight <bk>/<srv>",                 "report a server's current weight", get_weight},
    {{"set", "maxconn", "server"}, AdminLevel::admin, "set maxconn server <bk>/<srv>",         "change a server's maxconn setting", set_maxconn},
    {{"set", "server"},            AdminLevel::admin, "set server <bk>/<srv> [opts]",          "change a server's state, weight, address or ssl", set_server},
    {{"set", "weight"},            AdminLevel::admin, "set weight <bk>/<srv>  (DEPRECATED)",   "change a server's weight (use 'set server' instead)", set_weight_of},
};
// clang-format on

}  // namespace

std::span<const Command> server_commands() {
    return table;
}

}  // namespace spliced::control
