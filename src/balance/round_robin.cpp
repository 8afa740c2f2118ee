#include "spliced/balance/round_robin.hpp"

namespace spliced::balance {

// The heavier first, then the order of the file.
std::uint64_t RoundRobin::tie(const Server& server, std::size_t rank) {
    constexpr std::uint64_t heaviest = 256;
    return ((heaviest - server.weight()) << 32) | rank;
}

void RoundRobin::add(Server& server, std::size_t rank) {
    turns_[&server] = Turn{rank, 0, 0};
    total_weight_ += server.weight();
    fresh_.insert(server, {0, tie(server, rank)});
}

void RoundRobin::remove(Server& server) {
    total_weight_ -= server.weight();
    (fresh_.contains(server) ? fresh_ : scheduled_).erase(server);
    turns_.erase(&server);
}

void RoundRobin::move(Server& server, std::size_t rank) {
    Turn& turn = turns_.at(&server);
    turn.rank = rank;
    OrderedServers& order = fresh_.contains(server) ? fresh_ : scheduled_;
    order.change(server, {turn.due, tie(server, rank)});
}

Server* RoundRobin::candidate(const Request& request) const {
    auto is_good = [&](const Server& server) { return may_take(request, server); };
    Server* scheduled = scheduled_.first_where(is_good);
    if (scheduled && scheduled_.key_of(*scheduled).value <= picks_) return scheduled;
    Server* fresh = fresh_.first_where(is_good);
    return fresh ? fresh : scheduled;
}

Server* RoundRobin::pick(const Request& request) {
    Server* server = candidate(request);
    if (server) take_turn(*server);
    return server;
}

void RoundRobin::take_turn(Server& server) {
    std::uint64_t weight = server.weight();
    Turn& turn = turns_.at(&server);
    bool was_fresh = fresh_.contains(server);
    if (was_fresh) {
        fresh_.erase(server);
        turn.due = picks_;
    }
    turn.remainder += total_weight_ % weight;
    turn.due += total_weight_ / weight + turn.remainder / weight;
    turn.remainder %= weight;
    ++picks_;
    OrderKey key{turn.due, tie(server, turn.rank)};
    if (was_fresh)
        scheduled_.insert(server, key);
    else
        scheduled_.change(server, key);
}

}  // namespace spliced::balance
