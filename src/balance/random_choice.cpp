#include "spliced/balance/random_choice.hpp"

#include <algorithm>

namespace spliced::balance {
namespace {

bool is_lighter(const Server& a, const Server& b) {
    return std::uint64_t{a.connections()} * b.effective_weight() <
           std::uint64_t{b.connections()} * a.effective_weight();
}

}  // namespace

void RandomChoice::add(Server& server, std::size_t) {
    members_.push_back({&server});
    settle();
}

void RandomChoice::remove(Server& server) {
    std::erase_if(members_, [&](const Member& member) { return member.server == &server; });
    settle();
}

void RandomChoice::settle() {
    std::uint64_t sum = 0;
    for (Member& member : members_) member.weight_up_to = sum += member.server->effective_weight();
}

Server* RandomChoice::pick(const Request& request) {
    Server* best = nullptr;
    for (unsigned i = 0; i < draws_; ++i) {
        Server* drawn = draw(request);
        if (drawn && (!best || is_lighter(*drawn, *best))) best = drawn;
    }
    return best;
}

// From the one that was hit on, the first that may be taken: for the rare second attempt.
Server* RandomChoice::draw(const Request& request) {
    if (members_.empty()) return nullptr;
    std::uniform_int_distribution<std::uint64_t> where(1, members_.back().weight_up_to);
    auto hit = std::ranges::lower_bound(members_, where(random_), {}, &Member::weight_up_to);
    auto at = static_cast<std::size_t>(hit - members_.begin());
    for (std::size_t i = 0; i < members_.size(); ++i) {
        Server& server = *members_[(at + i) % members_.size()].server;
        if (may_take(request, server)) return &server;
    }
    return nullptr;
}

}  // namespace spliced::balance
