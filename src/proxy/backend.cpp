#include "spliced/proxy/backend.hpp"

#include <fmt/format.h>

#include <algorithm>

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
    : uptime(true, shared.loop.now()),
      settings_(&settings),
      shared_(shared),
      sinks_(std::move(sinks)),
      pool_(settings, shared.loop.now()) {
    uptime.turn(is_up(), shared.loop.now());
}

// ---- checks

Duration Backend::start_checks(CheckPlan plan) {
    Duration delay = plan.first_delay;
    spread_percent_ = plan.spread_percent;
    for (auto& server : pool_.servers()) {
        if (!wants_check(*server)) continue;
        start_checker(*server, delay);
        delay += plan.step;
    }
    return delay;
}

bool Backend::wants_check(const balance::Server& server) const {
    return server.settings().check.enabled && !server.in_maintenance();
}

balance::Checker::Settings Backend::check_settings(const balance::Server& server) const {
    return {check_limit(*settings_, server.settings()), spread_percent_};
}

void Backend::start_checker(balance::Server& server, Duration delay) {
    balance::CheckObserver& observer = *this;
    checkers_.push_back(
        std::make_unique<balance::Checker>(shared_.loop, server, observer, check_settings(server)));
    checkers_.back()->start(delay);
}

balance::Checker* Backend::checker_of(const balance::Server& server) const {
    auto found =
        std::ranges::find_if(checkers_, [&](const auto& checker) { return &checker->server() == &server; });
    return found == checkers_.end() ? nullptr : found->get();
}

bool Backend::is_checking(const balance::Server& server) const {
    return checker_of(server) != nullptr;
}

bool Backend::set_checking(balance::Server& server, bool wanted) {
    if (!server.settings().check.enabled) return false;
    bool is = is_checking(server);
    if (wanted && !is && !server.in_maintenance()) start_checker(server, Duration::zero());
    if (!wanted) std::erase_if(checkers_, [&](const auto& each) { return &each->server() == &server; });
    return true;
}

void Backend::on_check(balance::Server& server, balance::Health::Change change,
                       const balance::CheckResult& result) {
    using Change = balance::Health::Change;
    if (result.status == balance::CheckResult::Status::inconclusive) warn_inconclusive(server, result);
    bool had_servers = is_up();
    pool_.update(server);  // a server that was stopping by an administrator's word serves again
    if (change == Change::none) return on_farm_changed(had_servers);
    server.uptime.turn(server.running(), shared_.loop.now());
    ServerIdentity who{name(), server.name(), server.settings().backup};
    if (change == Change::went_up) {
        say(Level::notice, server_up(who, result, farm(server)));
    } else {
        ++server.checks.downs;
        say(Level::alert, server_down(who, result, farm(server)));
    }
    on_farm_changed(had_servers);
}

void Backend::warn_inconclusive(const balance::Server& server, const balance::CheckResult& result) {
    unsigned held_back = 0;
    if (result.info.empty() || !shared_.check_shortage.allow(shared_.loop.now(), held_back)) return;
    log::say_to(sinks_, Level::warning,
                fmt::format("Health check for server {}/{} could not be made: {} ({} more messages held "
                            "back).",
                            name(), server.name(), result.info, held_back));
}

void Backend::on_farm_changed(bool had_servers) {
    uptime.turn(is_up(), shared_.loop.now());
    if (had_servers && !is_up())
        log::say_to(sinks_, Level::emerg, no_server_left(name(), settings_->is_listen));
}

// ---- an administrator's word

void Backend::set_admin(balance::Server& server, unsigned state) {
    unsigned before = server.admin();
    if (state == before) return;
    bool had_servers = is_up();
    bool was_running = server.running();
    bool was_in_maintenance = server.in_maintenance();
    pool_.set_admin(server, state, shared_.loop.now());
    if (server.in_maintenance()) {
        std::erase_if(checkers_, [&](const auto& each) { return &each->server() == &server; });
    } else if (was_in_maintenance) {
        set_checking(server, true);
    }
    log_admin_change(server, before, was_running);
    on_farm_changed(had_servers);
}

void Backend::log_admin_change(const balance::Server& server, unsigned before, bool was_running) {
    ServerIdentity who{name(), server.name(), server.settings().backup};
    bool drains = (server.admin() & balance::forced_drain) != 0;
    bool was_draining = (before & balance::forced_drain) != 0;
    bool was_in_maintenance = (before & balance::forced_maintenance) != 0;
    if (server.in_maintenance()) {
        if (!was_in_maintenance)
            say(Level::notice, server_enters_maintenance(who, was_running, farm(server)));
    } else if (was_in_maintenance) {
        say(Level::notice, server_leaves_maintenance(who, drains));
    } else if (drains && !was_draining) {
        say(Level::notice, server_enters_drain(who, farm(server)));
    } else if (was_draining && !drains) {
        say(Level::notice, server_leaves_drain(who, server.running()));
    }
}

void Backend::set_weight(balance::Server& server, unsigned weight) {
    bool had_servers = is_up();
    pool_.set_weight(server, weight);
    on_farm_changed(had_servers);
}

void Backend::force_health(balance::Server& server, balance::Health::Forced state) {
    bool had_servers = is_up();
    bool was_stopping = server.health().stopping();
    bool was_up = server.health().up();
    pool_.force_health(server, state, shared_.loop.now());
    bool changed = was_up != server.health().up() || was_stopping != server.health().stopping();
    ServerIdentity who{name(), server.name(), server.settings().backup};
    if (changed && !server.in_maintenance())
        say(server.health().up() ? Level::notice : Level::alert,
            server_health_forced(who, state, farm(server)));
    on_farm_changed(had_servers);
}

void Backend::say(Level level, const std::string& text) {
    log::say_to(sinks_, level, text, Level::warning);
}

FarmState Backend::farm(const balance::Server& server) const {
    return {pool_.usable_active(), pool_.usable_backups(), server.connections(), pool_.moved(),
            server.queue.size()};
}

void Backend::clear_counters(bool all) {
    for (auto& server : pool_.servers()) all ? server->forget_counters() : server->forget_peaks();
    sessions.forget_peak();
    pool_.forget_queue_peak();
    counters.forget_peaks();
    if (!all) return;
    sessions.forget_counters();
    counters = {};
    uptime.forget();
}

// ---- another configuration

balance::ServerPool::Servers Backend::adopt(const config::Backend& settings, LogSinks sinks,
                                            unsigned spread_percent) {
    bool had_servers = is_up();
    settings_ = &settings;
    sinks_ = std::move(sinks);
    spread_percent_ = spread_percent;
    std::vector<const balance::Server*> unchecked;  // by an administrator's word, which stays
    for (auto& server : pool_.servers())
        if (wants_check(*server) && !is_checking(*server)) unchecked.push_back(server.get());

    auto gone = pool_.adopt(settings, shared_.loop.now());
    std::erase_if(checkers_, [&](const auto& checker) {
        bool stays = std::ranges::any_of(
            pool_.servers(), [&](const auto& server) { return server.get() == &checker->server(); });
        return !stays || !wants_check(checker->server());
    });
    for (auto& checker : checkers_) checker->set_settings(check_settings(checker->server()));
    for (auto& server : pool_.servers())
        if (wants_check(*server) && !is_checking(*server) &&
            std::ranges::find(unchecked, server.get()) == unchecked.end())
            start_checker(*server, Duration::zero());
    on_farm_changed(had_servers);
    return gone;
}

void Backend::retire() {
    stop_checks();
    for (auto& server : pool_.servers()) server->retire(shared_.loop.now());
    retired_at_ = shared_.loop.now();
}

}  // namespace spliced::proxy
