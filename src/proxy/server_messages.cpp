#include "spliced/proxy/server_messages.hpp"

#include <fmt/format.h>

namespace spliced::proxy {
namespace {

std::string subject(const ServerIdentity& who) {
    return fmt::format("{}Server {}/{}", who.backup ? "Backup " : "", who.backend, who.server);
}

std::string servers(const FarmState& farm, const char* left_or_online) {
    const char* on_backup = farm.active == 0 && farm.backups > 0 ? " Running on backup." : "";
    return fmt::format("{} active and {} backup servers {}.{}", farm.active, farm.backups, left_or_online,
                       on_backup);
}

std::string left(const FarmState& farm) {
    return fmt::format("{} {} sessions active, {} requeued, {} remaining in queue.", servers(farm, "left"),
                       farm.sessions, farm.requeued, farm.queued);
}

std::string online(const FarmState& farm) {
    return fmt::format("{} {} sessions requeued, {} total in queue.", servers(farm, "online"), farm.requeued,
                       farm.queued);
}

}  // namespace

std::string reason_of(const balance::CheckResult& why) {
    std::string text = fmt::format(", reason: {}", why.description());
    if (config::has_code(why.status)) text += fmt::format(", code: {}", static_cast<int>(why.code));
    if (!why.info.empty()) text += fmt::format(", info: \"{}\"", why.info);
    if (why.status == balance::CheckResult::Status::observed) return text;  // it was no check
    return text + fmt::format(", check duration: {}ms", why.duration.count());
}

std::string by_way_of(std::string_view backend, std::string_view server) {
    return fmt::format(" via {}/{}", backend, server);
}

std::string server_down(const ServerIdentity& who, std::string_view why, const FarmState& farm) {
    return fmt::format("{} is DOWN{}. {}", subject(who), why, left(farm));
}
std::string server_down(const ServerIdentity& who, const balance::CheckResult& why, const FarmState& farm) {
    return server_down(who, reason_of(why), farm);
}

std::string server_up(const ServerIdentity& who, std::string_view why, const FarmState& farm) {
    return fmt::format("{} is UP{}. {}", subject(who), why, online(farm));
}
std::string server_up(const ServerIdentity& who, const balance::CheckResult& why, const FarmState& farm) {
    return server_up(who, reason_of(why), farm);
}

std::string server_stopping(const ServerIdentity& who, std::string_view why, const FarmState& farm) {
    return fmt::format("{} is stopping{}. {}", subject(who), why, online(farm));
}

std::string server_enters_maintenance(const ServerIdentity& who, bool was_running, const FarmState& farm,
                                      std::string_view why) {
    if (!was_running) return fmt::format("{} was DOWN and now enters maintenance{}.", subject(who), why);
    return fmt::format("{} is going DOWN for maintenance{}. {}", subject(who), why, left(farm));
}

std::string server_leaves_maintenance(const ServerIdentity& who, bool drains) {
    return fmt::format("{} is UP/{} (leaving forced maintenance).", subject(who), drains ? "DRAIN" : "READY");
}

std::string server_leaves_inherited_maintenance(const ServerIdentity& who, bool running, bool drains) {
    return fmt::format("{} is {}/{} (leaving maintenance).", subject(who), running ? "UP" : "DOWN",
                       drains ? "DRAIN" : "READY");
}

std::string server_loses_address(const ServerIdentity& who, bool was_running, const FarmState& farm) {
    if (!was_running)
        return fmt::format("{} was DOWN and now enters maintenance (No IP for server ).", subject(who));
    return fmt::format("{} is going DOWN for maintenance (No IP for server ). {}", subject(who), left(farm));
}

std::string server_resolves_again(const ServerIdentity& who, const std::string& host, bool drains) {
    return fmt::format("{} ('{}') is UP/{} (resolves again).", subject(who), host,
                       drains ? "DRAIN" : "READY");
}

std::string server_moved(const ServerIdentity& who, const os::Address& from, const os::Address& to,
                         const std::string& by_whom) {
    auto name = fmt::format("{}/{}", who.backend, who.server);
    if (from.family() != AF_UNSPEC && from.host_text() == to.host_text())
        return fmt::format("{} changed its port from {} to {} by {}.", name, from.port(), to.port(), by_whom);
    return fmt::format("{} changed its IP from {} to {} by {}.", name,
                       from.family() == AF_UNSPEC ? "(none)" : from.host_text(), to.host_text(), by_whom);
}

std::string server_renamed(const ServerIdentity& who, const std::string& from, const std::string& to,
                           std::string_view by_whom) {
    return fmt::format("{}/{} changed its FQDN from {} to {} by '{}'", who.backend, who.server,
                       from.empty() ? "(null)" : from, to, by_whom);
}

std::string server_enters_drain(const ServerIdentity& who, const FarmState& farm, std::string_view why) {
    return fmt::format("{} enters drain state{}. {}", subject(who), why, online(farm));
}

std::string server_leaves_drain(const ServerIdentity& who, bool running) {
    return fmt::format("{} is {} (leaving forced drain).", subject(who), running ? "UP" : "DOWN");
}

std::string server_health_forced(const ServerIdentity& who, balance::Health::Forced state,
                                 const FarmState& farm) {
    if (state == balance::Health::Forced::down) return server_down(who, by_command, farm);
    if (state == balance::Health::Forced::up) return server_up(who, by_command, farm);
    return server_stopping(who, by_command, farm);
}

std::string no_server_left(const std::string& backend, bool is_listen) {
    return fmt::format("{} {} has no server available!", is_listen ? "proxy" : "backend", backend);
}

std::string check_reported(const ServerIdentity& who, const balance::CheckResult& result,
                           const CheckReport& report) {
    const balance::Health& health = report.health;
    bool conditional = result.outcome() == config::CheckOutcome::conditional;
    bool up = health.up();
    return fmt::format(
        "{} check for {}server {}/{} {}{}{}, status: {}/{} {}.", report.of_agent ? "Agent" : "Health",
        who.backup ? "backup " : "", who.backend, who.server, conditional ? "conditionally " : "",
        result.has_passed() ? "succeeded" : "failed", reason_of(result),
        up ? health.counter() - health.rise() + 1 : health.counter(), up ? health.fall() : health.rise(),
        !up                 ? "DOWN"
        : report.has_weight ? "UP"
                            : "DRAIN");
}

}  // namespace spliced::proxy
