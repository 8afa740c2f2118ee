#include "spliced/control/service_manager.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spliced::control {
namespace {

std::string plural(std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

struct ServerCount {
    std::size_t all = 0;
    std::size_t running = 0;
};

ServerCount count_servers(const proxy::Engine& engine) {
    ServerCount count;
    for (const auto& backend : engine.backends()) {
        const auto& servers = backend->pool().servers();
        count.all += servers.size();
        count.running += static_cast<std::size_t>(std::count_if(
            servers.begin(), servers.end(), [](const auto& server) { return server->running(); }));
    }
    return count;
}

}  // namespace

ServiceManager::ServiceManager(event::Loop& loop, const proxy::Engine& engine, os::Notifier notifier,
                               std::optional<Duration> watchdog)
    : loop_(loop),
      engine_(engine),
      notifier_(std::move(notifier)),
      watchdog_(watchdog.value_or(Duration::zero())),
      speaks_(notifier_.has_listener()) {
    // Before traffic: a busy process is alive.
    sign_of_life_.bind<&ServiceManager::on_sign_of_life>(loop, *this, event::Priority::urgent);
    if (!speaks_ || watchdog_ == Duration::zero()) return;
    TimePoint now = loop.now();
    sign_of_life_.arm(now, now + watchdog_ / 2);
}

void ServiceManager::ready() {
    tell("READY=1");
}

// The time lets the manager tell this reload from an earlier one, sd_notify(3).
void ServiceManager::reloading() {
    auto since_boot = std::chrono::duration_cast<microseconds>(loop_.now().time_since_epoch());
    if (speaks_)
        notifier_.tell(fmt::format("RELOADING=1\nMONOTONIC_USEC={}\nSTATUS=Reloading the configuration",
                                   since_boot.count()));
}

void ServiceManager::stopping() {
    is_stopping_ = true;
    tell("STOPPING=1");
}

void ServiceManager::status(std::string_view text) {
    if (speaks_) notifier_.tell(fmt::format("STATUS={}", text));
}

void ServiceManager::main_pid(pid_t successor) {
    if (speaks_) notifier_.tell(fmt::format("MAINPID={}", successor));
    speaks_ = false;
    sign_of_life_.disarm();
}

event::Verdict ServiceManager::on_sign_of_life() {
    tell("WATCHDOG=1");
    TimePoint now = loop_.now();
    sign_of_life_.arm(now, now + watchdog_ / 2);
    return event::Verdict::keep;
}

void ServiceManager::tell(std::string_view state) {
    if (speaks_) notifier_.tell(fmt::format("{}\nSTATUS={}", state, status_text()));
}

/// What changes by the minute is left out where no watchdog keeps it fresh: an old count misleads.
std::string ServiceManager::status_text() const {
    std::size_t connections = engine_.sessions().size();
    if (is_stopping_) return fmt::format("Stopping; {} left to finish", plural(connections, "connection"));
    std::string frontends = plural(engine_.frontends().size(), "frontend");
    ServerCount servers = count_servers(engine_);
    if (watchdog_ == Duration::zero()) return fmt::format("{}, {}", frontends, plural(servers.all, "server"));
    return fmt::format("{}, {} up of {}; {}", frontends, plural(servers.running, "server"), servers.all,
                       plural(connections, "connection"));
}

}  // namespace spliced::control
