#include "spliced/balance/round_robin.hpp"

#include <algorithm>

namespace spliced::balance {

// The heavier first, then the order of the file.
std::uint64_t RoundRobin::tie(const Server& server, std::size_t rank) {
    constexpr std::uint64_t heaviest = 256 * weight_unit;
    return ((heaviest - server.effective_weight()) << 32) | rank;
}

void RoundRobin::add(Server& server, std::size_t rank) {
    unsigned weight = server.effective_weight();
    turns_[&server] = Turn{rank, weight, 0, 0};
    total_weight_ += weight;
    fresh_.insert(server, {0, tie(server, rank)});
}

void RoundRobin::remove(Server& server) {
    total_weight_ -= turns_.at(&server).weight;
    (fresh_.contains(server) ? fresh_ : scheduled_).erase(server);
    turns_.erase(&server);
}

void RoundRobin::move(Server& server, std::size_t rank) {
    Turn& turn = turns_.at(&server);
    turn.rank = rank;
    OrderedServers& order = fresh_.contains(server) ? fresh_ : scheduled_;
    order.change(server, {turn.due, tie(server, rank)});
}

// A turn that lies far ahead by the weight of before comes as soon as the one of now says.
void RoundRobin::reweigh(Server& server) {
    Turn& turn = turns_.at(&server);
    total_weight_ += server.effective_weight();
    total_weight_ -= turn.weight;
    turn.weight = server.effective_weight();
    turn.remainder = 0;
    bool was_fresh = fresh_.contains(server);
    if (!was_fresh) turn.due = std::min(turn.due, picks_ + total_weight_ / turn.weight);
    (was_fresh ? fresh_ : scheduled_).change(server, {turn.due, tie(server, turn.rank)});
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
    Turn& turn = turns_.at(&server);
    std::uint64_t weight = turn.weight;
    bool was_fresh = fresh_.contains(server);
    if (was_fresh) {
        fresh_.erase(server);
        turn.due = picks_;
    }
    // Turns that a server missed while it had no room are not made up for, neither by it nor by those that
    // took its place: they would all come at once.
    std::uint64_t period = total_weight_ / weight;
    if (turn.due > picks_ || turn.due + period < picks_) turn.due = picks_;
    turn.remainder += total_weight_ % weight;
    turn.due += period + turn.remainder / weight;
    turn.remainder %= weight;
    ++picks_;
    OrderKey key{turn.due, tie(server, turn.rank)};
    if (was_fresh)
        scheduled_.insert(server, key);
    else
        scheduled_.change(server, key);
}

}  // namespace spliced::balance
