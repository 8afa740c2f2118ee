// Who waits for a server, and who is served next: a part of server_pool.hpp.
#include <algorithm>

#include "spliced/balance/server_pool.hpp"

namespace spliced::balance {

// The one that it belongs to, full or not; null where several will do. Persistence does not mind a server
// that drains, and gives way to a full queue: an algorithm would only name the same server again.
Server* ServerPool::bound_server(const Request& request) {
    Server* persistent = request.persistent;
    if (persistent && persistent->running() && !contains(request.tried, *persistent) &&
        !(settings_->redispatch && is_queue_full(*persistent)))
        return persistent;
    if (only_first_serves()) return first_backup(request.tried);
    Balancer& group = serving_group();
    return group.binds() ? group.pick(request) : nullptr;
}

// Backups without `option allbackups`: who finds the first full waits for it, as in HAProxy.
bool ServerPool::only_first_serves() const {
    return running_on_backup() && !settings_->all_backups;
}

Server* ServerPool::first_backup(Tried tried) const {
    auto is_next = [&](const auto& server) {
        return server->settings().backup && server->usable() && !contains(tried, *server);
    };
    auto found = std::ranges::find_if(servers_, is_next);
    return found == servers_.end() ? nullptr : found->get();
}

bool ServerPool::is_queue_full(const Server& server) {
    unsigned most = server.settings().maxqueue;
    return most != 0 && server.queue.size() >= most;
}

ServerPool::Place ServerPool::where_to_wait(const Request& request) {
    if (Server* own = bound_server(request)) {
        if (is_queue_full(*own)) return {Place::Kind::refused, nullptr, own};
        return {Place::Kind::queue, &own->queue, own};
    }
    if (!has_another(request.tried)) return {};
    return {Place::Kind::queue, &queue_, nullptr};
}

void ServerPool::wait(Ticket& ticket, const Place& place, TimePoint since) {
    place.queue->join(ticket, since);
    if (place.server)
        serve(*place.server);
    else
        serve_all();
}

// A backup that is not in its turn, and one behind the first of them, wait for nobody.
bool ServerPool::serves_anybody(Server& server) {
    if (!server.in_order_ || &group_of(server) != &serving_group()) return false;
    return !only_first_serves() || first_backup({}) == &server;
}

// Of those who wait for this server and those who wait for any, the oldest.
Ticket* ServerPool::next_for(Server& server) {
    Ticket* own = server.running() ? server.queue.first() : nullptr;
    Ticket* any = queue_.empty() || !serves_anybody(server) ? nullptr : queue_.first_for(server);
    if (!own || !any) return own ? own : any;
    return any->since() < own->since() ? any : own;
}

bool ServerPool::serve_one(Server& server) {
    Ticket* ticket = server.has_room() ? next_for(server) : nullptr;
    if (!ticket) return false;
    ticket->leave();
    take(server);
    ticket->on_turn(&server);
    return true;
}

std::size_t ServerPool::serve(Server& server) {
    std::size_t served = 0;
    if (server.queue.empty() && queue_.empty()) return served;
    while (serve_one(server)) ++served;
    return served;
}

// One server after the other takes one each, so that those that wait are spread.
void ServerPool::serve_all() {
    for (bool any = true; any;) {
        any = false;
        for (auto& server : servers_) any |= serve_one(*server);
    }
}

// As in HAProxy, without redispatch they wait for the server's return.
std::size_t ServerPool::send_away(Server& server) {
    return settings_->redispatch ? let_choose_anew(server) : 0;
}

std::size_t ServerPool::let_choose_anew(Server& server) {
    std::size_t moved = server.queue.size();
    while (Ticket* ticket = server.queue.first()) {
        ticket->leave();
        ticket->on_turn(nullptr);
    }
    return moved;
}

void ServerPool::set_sessions(std::size_t sessions) {
    bool more = sessions > load_.sessions;
    load_.sessions = sessions;
    if (more && limits_move_) serve_all();
}

void ServerPool::set_fullconn(std::size_t fullconn) {
    load_.fullconn = std::max<std::size_t>(1, fullconn);
    serve_all();
}

void ServerPool::set_maxconn(Server& server, unsigned most) {
    ServerLimits limits = server.limits();
    if (!limits.moves()) limits.least = most;
    limits.most = most;
    set_limits(server, limits);
}

void ServerPool::set_limits(Server& server, const ServerLimits& limits) {
    server.limits_ = limits;
    note_limits();
    serve(server);
}

void ServerPool::note_limits() {
    limits_move_ = std::ranges::any_of(servers_, [](const auto& server) { return server->limits().moves(); });
}

}  // namespace spliced::balance
