#include "spliced/proxy/backend.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spliced::proxy {
Backend::Backend(const config::Backend& settings, Shared& shared, LogSinks sinks)
    : uptime(true, shared.loop.now()),
      settings_(&settings),
      shared_(shared),
      sinks_(std::move(sinks)),
      pool_(settings, shared.loop.now()),
      script_(check::make_script(settings.health_check)) {
    warming_.bind<&Backend::on_warming>(shared.loop, *this);
    uptime.turn(is_up(), shared.loop.now());
}

void Backend::warm_up() {
    TimePoint now = shared_.loop.now();
    warming_.arm(now, pool_.warm_up(now));
}

event::Verdict Backend::on_warming() {
    warm_up();
    return event::Verdict::keep;
}

void Backend::on_farm_changed(bool had_servers) {
    warm_up();
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
    change_admin(server, state);
    log_admin_change(server, before, was_running);
    on_farm_changed(had_servers);
    on_state_changed(server, was_running);
}

void Backend::change_admin(balance::Server& server, unsigned state) {
    bool was_in_maintenance = server.in_maintenance();
    pool_.set_admin(server, state, shared_.loop.now());
    if (server.in_maintenance()) {
        erase_checker(server, Kind::health);
    } else if (was_in_maintenance) {
        set_checking(server, true);
    }
}

void Backend::log_admin_change(const balance::Server& server, unsigned before, bool was_running) {
    ServerIdentity who{name(), server.name(), server.settings().backup};
    bool drains = (server.admin() & balance::forced_drain) != 0;
    bool was_draining = (before & balance::forced_drain) != 0;
    bool was_in_maintenance = (before & balance::forced_maintenance) != 0;
    if ((server.admin() & balance::forced_maintenance) != 0) {
        if (!was_in_maintenance)
            say(was_running ? Level::alert : Level::notice,
                server_enters_maintenance(who, was_running, farm(server)));
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
    bool was_running = server.running();
    pool_.force_health(server, state, shared_.loop.now());
    bool changed = was_up != server.health().up() || was_stopping != server.health().stopping();
    ServerIdentity who{name(), server.name(), server.settings().backup};
    if (changed && !server.in_maintenance())
        say(server.health().up() || was_stopping ? Level::notice : Level::alert,
            server_health_forced(who, state, farm(server)));
    on_farm_changed(had_servers);
    on_state_changed(server, was_running);
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
    script_ = check::make_script(settings.health_check);
    std::vector<const balance::Server*> unchecked;  // by an administrator's word, which stays
    for (auto& server : pool_.servers())
        if (wants_check(*server) && !is_checking(*server)) unchecked.push_back(server.get());

    auto gone = pool_.adopt(settings, shared_.loop.now());
    for (auto& server : gone) {
        erase_checker(*server, Kind::health);
        erase_checker(*server, Kind::agent);
        server->follow(nullptr);
    }
    start_missing_checks(unchecked);
    on_farm_changed(had_servers);
    return gone;
}

void Backend::retire() {
    stop_checks();
    for (auto& server : pool_.servers()) {
        server->retire(shared_.loop.now());
        server->follow(nullptr);
    }
    retired_at_ = shared_.loop.now();
}

}  // namespace spliced::proxy
