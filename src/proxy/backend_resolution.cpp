// What name servers say of a backend's servers: a part of backend.hpp.
#include "spliced/proxy/backend.hpp"

namespace spliced::proxy {

// Connections that stand stay where they are; checks go to the new place with the next one.
void Backend::set_resolved(balance::Server& server, const os::Address& address, const std::string& by_whom) {
    ServerIdentity who{name(), server.name(), server.settings().backup};
    os::Address before = server.has_address() ? server.address() : os::Address();
    bool had_servers = is_up();
    pool_.set_address(server, address);
    say(Level::notice, server_moved(who, before, address, by_whom));
    if ((server.admin() & balance::resolution_maintenance) == 0) return;
    change_admin(server, server.admin() & ~static_cast<unsigned>(balance::resolution_maintenance));
    bool drains = (server.admin() & balance::forced_drain) != 0;
    if (!server.in_maintenance()) say(Level::notice, server_resolves_again(who, server.host(), drains));
    on_farm_changed(had_servers);
}

// The address itself stays behind, for sessions that are on their way there.
void Backend::set_unresolved(balance::Server& server) {
    if ((server.admin() & balance::resolution_maintenance) != 0) return;
    bool had_servers = is_up();
    bool was_in_maintenance = server.in_maintenance();
    bool was_running = server.running();
    change_admin(server, server.admin() | balance::resolution_maintenance);
    ServerIdentity who{name(), server.name(), server.settings().backup};
    if (!was_in_maintenance) say(Level::notice, server_loses_address(who, was_running, farm(server)));
    on_farm_changed(had_servers);
}

void Backend::set_host(balance::Server& server, const std::string& host, std::string_view by_whom) {
    ServerIdentity who{name(), server.name(), server.settings().backup};
    say(Level::notice, server_renamed(who, server.host(), host, by_whom));
    pool_.set_host(server, host);
    change_admin(server, server.admin() | balance::host_changed);
}

}  // namespace spliced::proxy
