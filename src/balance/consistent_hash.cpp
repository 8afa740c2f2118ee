#include "spliced/balance/consistent_hash.hpp"

#include <algorithm>

namespace spliced::balance {

void ConsistentHash::add(Server& server, std::size_t rank) {
    ring_.add(server);
    members_.push_back({rank, &server, server.connections()});
    settle();
}

void ConsistentHash::remove(Server& server) {
    ring_.remove(server);
    std::erase_if(members_, [&](const Member& each) { return each.server == &server; });
    settle();
}

void ConsistentHash::move(Server& server, std::size_t rank) {
    member(server).rank = rank;
    settle();
}

void ConsistentHash::reweigh(Server& server) {
    ring_.remove(server);
    ring_.add(server);
    settle();
}

void ConsistentHash::on_load_change(Server& server) {
    if (factor_ == 0) return;  // nobody asks
    Member& changed = member(server);
    load_ += server.connections() - changed.load;
    changed.load = server.connections();
}

ConsistentHash::Member& ConsistentHash::member(const Server& server) {
    return *std::ranges::find(members_, &server, &Member::server);
}

void ConsistentHash::settle() {
    std::ranges::sort(members_, {}, &Member::rank);
    weight_ = load_ = 0;
    for (Member& each : members_) {
        each.weight_before = weight_;
        each.load = each.server->connections();
        weight_ += each.server->effective_weight();
        load_ += each.load;
    }
}

Server* ConsistentHash::pick(const Request& request) {
    if (ring_.empty()) return nullptr;
    auto hash = hash_(request);
    if (!hash) {
        next_ = ring_.within(next_);
        auto has_room = [&](const Server& server) { return may_take(request, server); };
        Server* server = ring_.first_from(next_, has_room);
        next_ = ring_.after(next_);
        return server;
    }
    // Its own server, full or not: it waits there.
    auto may = [&](const Server& server) { return !contains(request.tried, server); };
    std::size_t index = ring_.nearest(*hash);
    if (factor_ != 0) {
        std::size_t from = index;
        auto may_with_slot = [&](const Server& server) { return may(server) && has_slot(server); };
        if (Server* server = ring_.first_from(from, may_with_slot)) return server;
    }
    return ring_.first_from(index, may);
}

// HAProxy's reckoning, with this request counted in: the slots are dealt out by weight, whole ones first,
// then what is left over in the order of the file; every server has at least one.
bool ConsistentHash::has_slot(const Server& server) {
    const Member& asked = member(server);
    std::uint64_t slots = ((load_ + 1) * factor_ + 99) / 100;
    std::uint64_t left_over = slots % weight_;
    std::uint64_t weight = server.effective_weight();
    std::uint64_t own = weight * (slots / weight_);
    own += (asked.weight_before + weight) * left_over / weight_ - asked.weight_before * left_over / weight_;
    return server.connections() < std::max<std::uint64_t>(own, 1);
}

}  // namespace spliced::balance
