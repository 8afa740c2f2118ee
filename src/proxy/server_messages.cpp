#include "spliced/proxy/server_messages.hpp"

#include <fmt/format.h>

namespace spliced::proxy {
namespace {

std::string subject(const ServerIdentity& who) {
    return fmt::format("{}Server {}/{}", who.backup ? "Backup " : "", who.backend, who.server);
}

std::string reason(const balance::CheckResult& why) {
    std::string text = fmt::format("reason: {}", why.description());
    if (!why.info.empty()) text += fmt::format(", info: \"{}\"", why.info);
    return text + fmt::format(", check duration: {}ms", why.duration.count());
}

std::string servers(const FarmState& farm, const char* left_or_online) {
    const char* on_backup = farm.active == 0 && farm.backups > 0 ? " Running on backup." : "";
    return fmt::format("{} active and {} backup servers {}.{}", farm.active, farm.backups, left_or_online,
                       on_backup);
}

}  // namespace

// Nothing queues yet, so nothing is requeued.
std::string server_down(const ServerIdentity& who, const balance::CheckResult& why, const FarmState& farm) {
    return fmt::format("{} is DOWN, {}. {} {} sessions active, 0 requeued, 0 remaining in queue.",
                       subject(who), reason(why), servers(farm, "left"), farm.sessions);
}

std::string server_up(const ServerIdentity& who, const balance::CheckResult& why, const FarmState& farm) {
    return fmt::format("{} is UP, {}. {} 0 sessions requeued, 0 total in queue.", subject(who), reason(why),
                       servers(farm, "online"));
}

std::string server_enters_maintenance(const ServerIdentity& who, bool was_running, const FarmState& farm) {
    if (!was_running) return fmt::format("{} was DOWN and now enters maintenance.", subject(who));
    return fmt::format(
        "{} is going DOWN for maintenance. {} {} sessions active, 0 requeued, 0 remaining in queue.",
        subject(who), servers(farm, "left"), farm.sessions);
}

std::string server_leaves_maintenance(const ServerIdentity& who, bool drains) {
    return fmt::format("{} is UP/{} (leaving forced maintenance).", subject(who), drains ? "DRAIN" : "READY");
}

std::string server_loses_address(const ServerIdentity& who, bool was_running, const FarmState& farm) {
    if (!was_running)
        return fmt::format("{} was DOWN and now enters maintenance (No IP for server ).", subject(who));
    return fmt::format(
        "{} is going DOWN for maintenance (No IP for server ). {} {} sessions active, 0 requeued, 0 "
        "remaining "
        "in queue.",
        subject(who), servers(farm, "left"), farm.sessions);
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

std::string server_enters_drain(const ServerIdentity& who, const FarmState& farm) {
    return fmt::format("{} enters drain state. {} 0 sessions requeued, 0 total in queue.", subject(who),
                       servers(farm, "online"));
}

std::string server_leaves_drain(const ServerIdentity& who, bool running) {
    return fmt::format("{} is {} (leaving forced drain).", subject(who), running ? "UP" : "DOWN");
}

std::string server_health_forced(const ServerIdentity& who, balance::Health::Forced state,
                                 const FarmState& farm) {
    if (state == balance::Health::Forced::down)
        return fmt::format(
            "{} is DOWN, changed from CLI. {} {} sessions active, 0 requeued, 0 remaining in queue.",
            subject(who), servers(farm, "left"), farm.sessions);
    return fmt::format("{} is {}, changed from CLI. {} 0 sessions requeued, 0 total in queue.", subject(who),
                       state == balance::Health::Forced::up ? "UP" : "stopping", servers(farm, "online"));
}

std::string no_server_left(const std::string& backend, bool is_listen) {
    return fmt::format("{} {} has no server available!", is_listen ? "proxy" : "backend", backend);
}

}  // namespace spliced::proxy
