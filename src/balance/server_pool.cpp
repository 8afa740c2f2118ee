#include "spliced/balance/server_pool.hpp"

#include <algorithm>

namespace spliced::balance {

ServerPool::ServerPool(const config::Backend& settings) : active_(make_balancer(settings.algorithm)) {
    // Without `option allbackups` only the first usable backup serves: the algorithm `first`.
    backups_ = make_balancer(settings.all_backups ? settings.algorithm : config::Algorithm::first);
    for (const config::Server& server : settings.servers) {
        servers_.push_back(std::make_unique<Server>(server));
        servers_.back()->rank_ = servers_.size();
        update(*servers_.back());
    }
}

void ServerPool::update(Server& server) {
    if (server.usable() == server.in_order_) return;
    server.in_order_ = !server.in_order_;
    if (server.in_order_)
        group_of(server).add(server, server.rank_);
    else
        group_of(server).remove(server);
}

Server* ServerPool::choose(Tried tried) {
    Server* server = active_->pick(tried);
    if (!server && active_->size() == 0) server = backups_->pick(tried);
    if (!server) return nullptr;
    ++server->counters.sessions;
    take(*server);
    return server;
}

void ServerPool::take(Server& server) {
    ++server.connections_;
    server.counters.peak_connections = std::max(server.counters.peak_connections, server.connections_);
    load_changed(server);
}

void ServerPool::release(Server& server) {
    --server.connections_;
    load_changed(server);
}

void ServerPool::load_changed(Server& server) {
    if (server.in_order_) group_of(server).on_load_change(server);
}

bool ServerPool::has_another(Tried tried) const {
    bool on_backup = active_->size() == 0;
    return std::any_of(servers_.begin(), servers_.end(), [&](const auto& server) {
        return server->usable() && server->settings().backup == on_backup && !contains(tried, *server);
    });
}

}  // namespace spliced::balance
