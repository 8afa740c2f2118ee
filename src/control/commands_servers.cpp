// Lists of servers and backends: `show servers state`, `show servers conn`, `show backend`.
#include <fmt/format.h>

#include <iterator>

#include "spliced/control/command_groups.hpp"
#include "spliced/control/find_object.hpp"

namespace spliced::control {
namespace {

using config::AdminLevel;

constexpr std::string_view state_header =
    "# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight "
    "srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state "
    "srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port "
    "srv_check_addr srv_agent_addr srv_agent_port\n";

constexpr std::string_view conn_header =
    "# bkname/svname bkid/svid addr port - purge_delay used_cur used_max need_est unsafe_nb safe_nb idle_lim "
    "idle_cur idle_per_thr[1]\n";

/// HAProxy's srv_op_state: 0 stopped, 2 running, 3 stopping.
unsigned operational_state(const balance::Server& server) {
    if (!server.running()) return 0;
    return server.is_stopping() ? 3 : 2;
}

/// HAProxy's numbers of a check: its status (HCHK_STATUS_*), its result (CHK_RES_*).
struct CheckNumbers {
    unsigned status = 1;  ///< initializing
    unsigned result = 0;  ///< unknown
};

CheckNumbers numbers_of(const balance::CheckCounters& checks) {
    if (!checks.any) return {};
    return {static_cast<unsigned>(checks.last.status), static_cast<unsigned>(checks.last.outcome())};
}

/// CHK_ST_*.
enum CheckState : unsigned { in_progress = 1, configured = 2, enabled = 4, paused = 8, of_agent = 16 };

unsigned check_state(const proxy::Backend& backend, const balance::Server& server) {
    if (!server.settings().check.enabled) return 0;
    if (server.in_maintenance()) return configured + enabled + paused;
    unsigned running = server.checks.under_way ? in_progress : 0U;
    return backend.is_checking(server) ? configured + enabled + running : configured + 0U;
}

unsigned agent_state(const balance::Server& server) {
    if (!server.agent) return 0;
    unsigned running = server.agent->checks.under_way ? in_progress : 0U;
    return of_agent + configured + (server.agent->enabled ? enabled + running : 0U);
}

/// In maintenance HAProxy counts a server's health as lost.
unsigned health_number(const balance::Server& server) {
    return server.in_maintenance() || server.followed() ? 0 : server.health().counter();
}

std::string or_dash(const std::string& text) {
    return text.empty() ? "-" : text;
}

/// "-" where its name has none.
std::string host_of(const balance::Server& server) {
    return server.has_address() ? server.address().host_text() : "-";
}

/// A path instead of an address has no port.
std::string host_of(const os::Address& address) {
    return address.host_text();
}

void append_state(std::string& text, const proxy::Backend& backend, const balance::Server& server,
                  TimePoint now) {
    auto check = numbers_of(server.checks);
    auto since = std::chrono::duration_cast<seconds>(server.uptime.since_change(now)).count();
    const config::Server& settings = server.settings();
    auto own = server.moved_check.value_or(settings.check.address);
    const config::Naming& naming = settings.naming;
    auto port = server.has_address() ? server.address().port() : naming.port;
    unsigned port_of_file = naming.is_followed() ? naming.port : settings.address.port();
    unsigned check_port = own.is_ip() ? own.port() : settings.check.port;
    if (check_port == port_of_file) check_port = 0;
    bool own_host = own.host_text() != settings.address.host_text();
    const auto* agent = server.agent.get();
    bool agent_elsewhere = agent && agent->address.host_text() != settings.address.host_text();
    auto out = std::back_inserter(text);
    fmt::format_to(out, "{} {} {} {} {} {} {} {} {} {} ", backend.settings().id, backend.name(),
                   server.settings().id, server.name(), host_of(server), operational_state(server),
                   server.whole_admin(), server.weight(), settings.weight, since);
    fmt::format_to(out, "{} {} {} {} {} {} {} {} {} {} 0 {} {} {} {}\n", check.status, check.result,
                   health_number(server), check_state(backend, server), agent_state(server),
                   backend.settings().own_id ? 1 : 0, server.settings().own_id ? 1 : 0,
                   or_dash(server.host()), port, or_dash(naming.is_service() ? naming.host : ""), check_port,
                   own_host ? host_of(own) : "-", agent_elsewhere ? host_of(agent->address) : "-",
                   agent ? agent->address.port() : 0);
}

void append_connections(std::string& text, const proxy::Backend& backend, const balance::Server& server) {
    fmt::format_to(std::back_inserter(text), "{}/{} {}/{} {} {} - 0 {} {} {} 0 0 -1 0 0\n", backend.name(),
                   server.name(), backend.settings().id, server.settings().id, host_of(server),
                   server.address().port(), server.connections(), server.peak_connections(),
                   server.connections());
}

/// Calls `append` for each server, or each of the named backend. False where there is no such backend.
template <typename Append>
bool for_each_server(const Call& call, Append append) {
    auto wanted = call.argument(0);
    if (!wanted.empty() && !call.admin.engine.find_backend(wanted)) return false;
    for (const auto& backend : call.admin.engine.backends()) {
        if (!wanted.empty() && backend->name() != wanted) continue;
        for (const auto& server : backend->pool().servers()) append(*backend, *server);
    }
    return true;
}

Answer show_state(const Call& call) {
    std::string text = fmt::format("1\n{}", state_header);
    TimePoint now = call.admin.loop.now();
    bool found = for_each_server(
        call, [&](const auto& backend, const auto& server) { append_state(text, backend, server, now); });
    return found ? Answer::dump(std::move(text)) : Answer::error("Can't find backend.\n");
}

Answer show_connections(const Call& call) {
    std::string text(conn_header);
    bool found = for_each_server(
        call, [&](const auto& backend, const auto& server) { append_connections(text, backend, server); });
    return found ? Answer::dump(std::move(text)) : Answer::error("Can't find backend.\n");
}

Answer show_backends(const Call& call) {
    std::string text = "# name\n";
    for (const auto& backend : call.admin.engine.backends()) text.append(backend->name()).append("\n");
    return Answer::dump(std::move(text));
}

// clang-format off
constexpr Command table[] = {
    {{"show", "backend"},          AdminLevel::user, "show backend",                   "list backends in the current running config", show_backends},
    {{"show", "servers", "conn"},  AdminLevel::user, "show servers conn [<backend>]",  "dump server connections status (all or for a single backend)", show_connections},
    {{"show", "servers", "state"}, AdminLevel::user, "show servers state [<backend>]", "dump volatile server information (all or for a single backend)", show_state},
};
// clang-format on

}  // namespace

std::span<const Command> server_list_commands() {
    return table;
}

}  // namespace spliced::control
