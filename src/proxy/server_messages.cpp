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

std::string no_server_left(const std::string& backend, bool is_listen) {
    return fmt::format("{} {} has no server available!", is_listen ? "proxy" : "backend", backend);
}

}  // namespace spliced::proxy
