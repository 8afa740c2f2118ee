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

std::string left_behind(const FarmState& farm) {
    return fmt::format("{} sessions active, {} requeued, {} remaining in queue.", farm.sessions,
                       farm.requeued, farm.queued);
}

std::string taken_over(const FarmState& farm) {
    return fmt::format("{} sessions requeued, {} total in queue.", farm.requeued, farm.queued);
}

}  // namespace

std::string server_down(const ServerIdentity& who, const balance::CheckResult& why, const FarmState& farm) {
    return fmt::format("{} is DOWN, {}. {} {}", subject(who), reason(why), servers(farm, "left"),
                       left_behind(farm));
}

std::string server_up(const ServerIdentity& who, const balance::CheckResult& why, const FarmState& farm) {
    return fmt::format("{} is UP, {}. {} {}", subject(who), reason(why), servers(farm, "online"),
                       taken_over(farm));
}

std::string server_enters_maintenance(const ServerIdentity& who, bool was_running, const FarmState& farm) {
    if (!was_running) return fmt::format("{} was DOWN and now enters maintenance.", subject(who));
    return fmt::format("{} is going DOWN for maintenance. {} {}", subject(who), servers(farm, "left"),
                       left_behind(farm));
}

std::string server_leaves_maintenance(const ServerIdentity& who, bool drains) {
    return fmt::format("{} is UP/{} (leaving forced maintenance).", subject(who), drains ? "DRAIN" : "READY");
}

std::string server_enters_drain(const ServerIdentity& who, const FarmState& farm) {
    return fmt::format("{} enters drain state. {} {}", subject(who), servers(farm, "online"),
                       taken_over(farm));
}

std::string server_leaves_drain(const ServerIdentity& who, bool running) {
    return fmt::format("{} is {} (leaving forced drain).", subject(who), running ? "UP" : "DOWN");
}

std::string server_health_forced(const ServerIdentity& who, balance::Health::Forced state,
                                 const FarmState& farm) {
    if (state == balance::Health::Forced::down)
        return fmt::format("{} is DOWN, changed from CLI. {} {}", subject(who), servers(farm, "left"),
                           left_behind(farm));
    return fmt::format("{} is {}, changed from CLI. {} {}", subject(who),
                       state == balance::Health::Forced::up ? "UP" : "stopping", servers(farm, "online"),
                       taken_over(farm));
}

std::string no_server_left(const std::string& backend, bool is_listen) {
    return fmt::format("{} {} has no server available!", is_listen ? "proxy" : "backend", backend);
}

}  // namespace spliced::proxy
