#include "spliced/balance/server_pool.hpp"

#include <algorithm>
#include <utility>

namespace spliced::balance {

ServerPool::ServerPool(const config::Backend& settings, TimePoint now) : settings_(&settings) {
    make_balancers(settings);
    for (const config::Server& server : settings.servers) {
        servers_.push_back(std::make_unique<Server>(server, now));
        servers_.back()->rank_ = servers_.size();
        servers_.back()->load_ = &load_;
        update(*servers_.back());
    }
    note_limits();
}

// Without `option allbackups` only the first usable backup serves: the algorithm `first`; see
// server_queues.cpp.
void ServerPool::make_balancers(const config::Backend& settings) {
    active_ = make_balancer(settings);
    backups_ = settings.all_backups ? make_balancer(settings) : make_first_of_file();
}

void ServerPool::update(Server& server) {
    bool was_usable = server.in_order_;
    change_order(server);
    settle(server, was_usable);
}

void ServerPool::settle(Server& server, bool was_usable) {
    moved_ = 0;
    if (server.in_order_ == was_usable) return;
    moved_ = was_usable ? send_away(server) : serve(server);
    if (!queue_.empty()) serve_all();  // a backup's turn may have come
}

void ServerPool::change_order(Server& server) {
    if (server.usable() == server.in_order_) return;
    if (server.in_order_) return leave_order(server);
    server.in_order_ = true;
    group_of(server).add(server, server.rank_);
}

void ServerPool::refresh(Server& server, TimePoint now) {
    turn(server, now);
    update(server);
}

void ServerPool::leave_order(Server& server) {
    if (!server.in_order_) return;
    server.in_order_ = false;
    group_of(server).remove(server);
}

Server* ServerPool::choose(const Request& request) {
    Server* server = bound_server(request);
    if (server && (!server->queue.empty() || !server->has_room())) return nullptr;
    if (!server && queue_.empty()) server = serving_group().pick(request);
    if (!server) return nullptr;
    take(*server);
    return server;
}

void ServerPool::take(Server& server) {
    ++server.connections_;
    server.peak_connections_ = std::max(server.peak_connections_, server.connections_);
    load_changed(server);
}

void ServerPool::release(Server& server) {
    --server.connections_;
    load_changed(server);
    serve(server);
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

unsigned ServerPool::weight() const {
    unsigned sum = 0;
    for (const auto& server : servers_) {
        if (serves_now(*server)) sum += server->weight();
    }
    return sum;
}

unsigned ServerPool::effective_weight() const {
    unsigned sum = 0;
    for (const auto& server : servers_) {
        if (serves_now(*server)) sum += server->effective_weight();
    }
    return (sum + weight_unit - 1) / weight_unit;
}

bool ServerPool::serves_now(const Server& server) const {
    bool on_backup = active_->size() == 0;
    auto is_fit = [&](const Server& each) { return each.usable() && each.settings().backup == on_backup; };
    if (!is_fit(server)) return false;
    if (!on_backup || settings_->all_backups) return true;
    auto first = std::ranges::find_if(servers_, [&](const auto& each) { return is_fit(*each); });
    return first->get() == &server;
}

Server* ServerPool::find(std::string_view name) const {
    auto found = std::ranges::find_if(servers_, [&](const auto& server) { return server->name() == name; });
    return found == servers_.end() ? nullptr : found->get();
}

Server* ServerPool::find(unsigned id) const {
    auto found =
        std::ranges::find_if(servers_, [&](const auto& server) { return server->settings().id == id; });
    return found == servers_.end() ? nullptr : found->get();
}

// ---- what an administrator changes

void ServerPool::set_weight(Server& server, unsigned weight) {
    bool was_usable = server.in_order_;
    reweigh(server, weight, server.sixteenths_);
    change_order(server);
    settle(server, was_usable);
}

// Its turn stays where it stays in the order.
void ServerPool::reweigh(Server& server, unsigned weight, unsigned sixteenths) {
    if (weight == 0) leave_order(server);
    server.weight_ = weight;
    server.sixteenths_ = sixteenths;
    if (server.in_order_) group_of(server).reweigh(server);
}

// ---- slow starts

// Who runs again after it was down or in maintenance starts slowly where it is to.
void ServerPool::turn(Server& server, TimePoint now) {
    bool came_back = server.running() && !server.uptime.up();
    server.uptime.turn(server.running(), now);
    if (!came_back || server.settings().slowstart.count() == 0) return;
    server.slow_since_ = now;
    warm_up(now);
}

TimePoint ServerPool::warm_up(TimePoint now) {
    TimePoint next = never;
    bool has_grown = false;
    bool dynamic = has_dynamic_weights(*settings_);
    for (auto& server : servers_) {
        if (!server->slow_since_) continue;
        auto slow = server->slow_start();
        if (!slow || slow->is_over(now) || !server->running()) {
            server->slow_since_.reset();
            slow.reset();
        }
        unsigned sixteenths = slow && dynamic ? slow->sixteenths(now) : weight_unit;
        if (sixteenths != server->sixteenths_) reweigh(*server, server->weight_, sixteenths);
        unsigned warmth = slow ? slow->percent(now) : 100;
        has_grown = has_grown || warmth > server->warmth_;
        server->warmth_ = warmth;
        if (slow) next = std::min(next, slow->next_step(now));
    }
    if (has_grown) serve_all();
    return next;
}

void ServerPool::set_address(Server& server, const os::Address& address) {
    server.address_ = address;
}

void ServerPool::set_admin(Server& server, unsigned state, TimePoint now) {
    note_admin(server, state, now);
    update(server);
}

void ServerPool::note_admin(Server& server, unsigned state, TimePoint now) {
    bool was_draining = server.is_draining();
    bool was_in_maintenance = server.in_maintenance();
    server.admin_ = state;
    if (was_in_maintenance && !server.in_maintenance()) server.health_.restart();
    turn(server, now);
    if (server.is_draining() != was_draining) server.uptime.touch(now);
}

void ServerPool::force_health(Server& server, Health::Forced state, TimePoint now) {
    server.health_.force(state);
    turn(server, now);
    update(server);
}

}  // namespace spliced::balance
