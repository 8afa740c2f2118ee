// Servers that track others (`track`), and what follows from a state for sessions: a part of
// backend.hpp.
#include "spliced/proxy/backend.hpp"
#include "spliced/proxy/session_table.hpp"

namespace spliced::proxy {
namespace {

using balance::Server;

Server::Inherited state_of(const Server& tracked) {
    return {tracked.healthy(), tracked.in_maintenance(), tracked.is_told_to_drain(), tracked.is_stopping()};
}

/// Who still tries to connect finds another server without help.
bool is_connected(const Session& session) {
    return session.phase() == Session::Phase::relaying;
}

std::string_view backend_of(const config::Server& server, std::string_view own) {
    auto slash = server.track.find('/');
    return slash == std::string::npos ? own : std::string_view(server.track).substr(0, slash);
}

}  // namespace

/// In silence: it is so from the start, or from a reload on.
void Backend::take_inherited_state(Server& server) {
    server.inherited = server.followed() ? state_of(*server.followed()) : Server::Inherited();
    pool_.refresh(server, shared_.loop.now());
    uptime.turn(is_up(), shared_.loop.now());
}

void Backend::pass_on(const Server& changed) {
    for (auto& server : pool_.servers())
        if (server->followed() == &changed) follow(*server);
}

void Backend::follow(Server& server) {
    bool had_servers = is_up();
    bool was_running = server.uptime.up();
    Server::Inherited before = server.inherited;
    server.inherited = state_of(*server.followed());
    pool_.refresh(server, shared_.loop.now());
    announce_inherited(server, before, was_running);
    on_farm_changed(had_servers);
    on_state_changed(server, was_running);
}

/// One sentence at most; maintenance of its own hides what it inherits.
void Backend::announce_inherited(Server& server, const Server::Inherited& before, bool was_running) {
    if ((server.admin() & balance::forced_maintenance) != 0) return;
    const Server::Inherited& now = server.inherited;
    ServerIdentity who{name(), server.name(), server.settings().backup};
    std::string via = by_way_of(backend_of(server.settings(), name()), server.followed()->name());
    bool own_drain = (server.admin() & balance::forced_drain) != 0;
    if (now.in_maintenance != before.in_maintenance) {
        if (now.in_maintenance)
            say(was_running ? Level::alert : Level::notice,
                server_enters_maintenance(who, was_running, farm(server), via));
        else
            say(Level::notice,
                server_leaves_inherited_maintenance(who, server.running(), server.is_told_to_drain()));
    } else if (now.in_maintenance) {
        return;
    } else if (now.running != before.running) {
        if (now.running)
            say(Level::notice, server_up(who, via, farm(server)));
        else
            say(before.stopping ? Level::notice : Level::alert, server_down(who, via, farm(server)));
    } else if (now.draining != before.draining && !own_drain) {
        say(Level::notice, now.draining ? server_enters_drain(who, farm(server), via)
                                        : server_leaves_drain(who, server.running()));
    } else if (now.stopping != before.stopping) {
        say(Level::notice,
            now.stopping ? server_stopping(who, via, farm(server)) : server_up(who, via, farm(server)));
    }
}

void Backend::on_state_changed(Server& server, bool was_running) {
    const config::Server& settings = server.settings();
    if (was_running && !server.running() && settings.down_ends_sessions)
        shared_.sessions->kill_where(
            [&](const Session& session) { return is_connected(session) && session.server() == &server; },
            'D');
    if (!was_running && server.usable() && settings.up_ends_backup_sessions && !settings.backup)
        shared_.sessions->kill_where(
            [&](const Session& session) {
                return is_connected(session) && session.backend() == this && session.server() &&
                       session.server()->settings().backup;
            },
            'U');
    shared_.observer->on_state_changed(server);
}

}  // namespace spliced::proxy
