// How a pool takes another configuration: a part of server_pool.hpp.
#include <algorithm>
#include <utility>

#include "spliced/balance/server_pool.hpp"

namespace spliced::balance {
namespace {

bool same_algorithms(const config::Backend& a, const config::Backend& b) {
    return a.algorithm == b.algorithm && a.all_backups == b.all_backups && a.random_draws == b.random_draws &&
           a.hash_type == b.hash_type && a.hash_balance_factor == b.hash_balance_factor;
}

ServerLimits limits_of(const config::Server& server) {
    return {server.minconn, server.maxconn};
}

/// A name that is followed has no address in the file.
bool same_place(const config::Server& a, const config::Server& b) {
    const config::Naming& before = a.naming;
    const config::Naming& now = b.naming;
    if (before.is_followed() != now.is_followed()) return false;
    if (!now.is_followed()) return a.address == b.address;
    return before.host == now.host && before.port == now.port && before.family == now.family;
}

constexpr unsigned of_resolution = resolution_maintenance | host_changed;

}  // namespace

ServerPool::Servers ServerPool::adopt(const config::Backend& settings, TimePoint now) {
    if (!same_algorithms(*settings_, settings)) {
        for (auto& server : servers_) leave_order(*server);
        make_balancers(settings);
    }
    Servers old = std::exchange(servers_, {});
    for (const config::Server& wanted : settings.servers) {
        auto named = std::ranges::find_if(
            old, [&](const auto& server) { return server && server->name() == wanted.name; });
        bool is_kept = named != old.end() && same_place((*named)->settings(), wanted);
        servers_.push_back(is_kept ? std::move(*named) : std::make_unique<Server>(wanted, now));
        Server& server = *servers_.back();
        server.load_ = &load_;
        if (is_kept)
            keep(server, wanted, servers_.size(), now);
        else if (named != old.end())
            succeed(server, **named);
        server.rank_ = servers_.size();
        change_order(server);
    }
    std::erase(old, nullptr);
    for (auto& server : old) {
        leave_order(*server);
        server->retire(now);
    }
    settings_ = &settings;
    note_limits();
    serve_again(old);
    warm_up(now);
    return old;
}

// Who waited for a server that is gone chooses anew, among those that are there now.
void ServerPool::serve_again(const Servers& gone) {
    for (const auto& server : gone) let_choose_anew(*server);
    for (const auto& server : servers_)
        if (!server->usable()) send_away(*server);
    serve_all();
}

// Moved to another address: what was counted goes on, and so does what an administrator has said; the
// connections and the health are those of the old place.
void ServerPool::succeed(Server& server, const Server& before) {
    const config::Server& old = before.settings();
    const config::Server& now = server.settings();
    server.counters = before.counters;
    server.checks = before.checks;
    server.uptime = before.uptime;
    if (old.weight == now.weight) server.weight_ = before.weight_;
    if (limits_of(old) == limits_of(now)) server.limits_ = before.limits_;
    // A name that was looked up once and is followed from now on: until it is known anew.
    bool same_name = now.naming.is_followed() && !server.has_address() &&
                     old.naming.host == now.naming.host && old.naming.port == now.naming.port;
    if (same_name && before.has_address()) server.address_ = before.address_;
    unsigned said = old.disabled == now.disabled ? before.admin_ : server.admin_;
    bool is_lost = !now.naming.host.empty() && server.address_.family() == AF_UNSPEC;
    server.admin_ = (said & ~of_resolution) | (is_lost ? resolution_maintenance : 0u);
}

void ServerPool::keep_agent(Server& server, const config::Agent& before) {
    const config::Agent& now = server.settings().agent;
    if (!now.enabled) {
        server.agent.reset();
    } else if (!server.agent) {
        server.agent = std::make_unique<AgentState>(now);
    } else {
        if (before.address != now.address) server.agent->address = now.address;
        if (before.send != now.send) server.agent->send = now.send;
    }
}

// A word of the file that is the same as before does not undo what was said at run time since.
void ServerPool::keep(Server& server, const config::Server& settings, std::size_t rank, TimePoint now) {
    const config::Server& before = *server.settings_;
    unsigned weight = before.weight == settings.weight ? server.weight_ : settings.weight;
    if (before.backup != settings.backup || before.id != settings.id) leave_order(server);
    server.settings_ = &settings;
    if (weight != server.weight_) reweigh(server, weight, server.sixteenths_);
    if (limits_of(before) != limits_of(settings)) server.limits_ = limits_of(settings);
    if (before.disabled != settings.disabled)
        note_admin(server,
                   (settings.disabled ? forced_maintenance | config_maintenance : 0u) |
                       (server.admin_ & of_resolution),
                   now);
    if (before.check.rise != settings.check.rise || before.check.fall != settings.check.fall)
        server.health_.set_rules(settings.check.rise, settings.check.fall);
    if (before.check.enabled && !settings.check.enabled) server.health_.restart();
    keep_agent(server, before.agent);
    if (before.check.address != settings.check.address || before.check.port != settings.check.port)
        server.moved_check.reset();
    turn(server, now);
    if (server.in_order_ && server.usable() && server.rank_ != rank) group_of(server).move(server, rank);
}

}  // namespace spliced::balance
