#include "spliced/proxy/backend.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "spliced/proxy/server_messages.hpp"

namespace spliced::proxy {
namespace {

// HAProxy: without `timeout check` an attempt may take `inter`, with it the smaller of `timeout connect` and
// `inter` (configuration manual, "timeout check"; a plain connection has nothing to read afterwards).
Duration check_limit(const config::Backend& backend, const config::Server& server) {
    bool limited = backend.timeout_check && backend.timeout_connect > milliseconds(0);
    return limited ? std::min(backend.timeout_connect, server.check.inter) : server.check.inter;
}

}  // namespace

Backend::Backend(const config::Backend& settings, Shared& shared, LogSinks sinks)
    : settings_(settings),
      shared_(shared),
      sinks_(std::move(sinks)),
      retry_rules_{settings.retries, settings.redispatch, settings.timeout_connect},
      is_local_(std::ranges::all_of(settings.servers,
                                    [](const config::Server& server) { return server.address.is_local(); })),
      pool_(settings) {}

Duration Backend::start_checks(CheckPlan plan) {
    Duration delay = plan.first_delay;
    balance::CheckObserver& observer = *this;
    for (auto& server : pool_.servers()) {
        const config::Server& settings = server->settings();
        if (!settings.check.enabled || settings.disabled) continue;
        balance::Checker::Settings how{check_limit(settings_, settings), plan.spread_percent};
        checkers_.push_back(std::make_unique<balance::Checker>(shared_.loop, *server, observer, how));
        checkers_.back()->start(delay);
        delay += plan.step;
    }
    return delay;
}

void Backend::on_check(balance::Server& server, balance::Health::Change change,
                       const balance::CheckResult& result) {
    using Change = balance::Health::Change;
    if (result.status == balance::CheckResult::Status::inconclusive) warn_inconclusive(server, result);
    if (change == Change::none) return;
    bool had_servers = pool_.usable_active() + pool_.usable_backups() > 0;
    pool_.update(server);
    ServerIdentity who{settings_.name, server.name(), server.settings().backup};
    FarmState farm{pool_.usable_active(), pool_.usable_backups(), server.connections()};
    if (change == Change::went_up)
        return log::say_to(sinks_, Level::notice, server_up(who, result, farm), Level::warning);
    ++server.counters.downs;
    log::say_to(sinks_, Level::alert, server_down(who, result, farm), Level::warning);
    if (had_servers && farm.active == 0 && farm.backups == 0)
        log::say_to(sinks_, Level::emerg, no_server_left(settings_.name, settings_.is_listen));
}

void Backend::warn_inconclusive(const balance::Server& server, const balance::CheckResult& result) {
    unsigned held_back = 0;
    if (result.info.empty() || !shared_.check_shortage.allow(shared_.loop.now(), held_back)) return;
    log::say_to(
        sinks_, Level::warning,
        fmt::format("Health check for server {}/{} could not be made: {} ({} more messages held back).",
                    settings_.name, server.name(), result.info, held_back));
}

}  // namespace spliced::proxy
