#include "spliced/balance/server_map.hpp"

#include <algorithm>
#include <numeric>

namespace spliced::balance {

void ServerMap::add(Server& server, std::size_t rank) {
    members_.push_back({rank, &server});
    sort();
}

void ServerMap::remove(const Server& server) {
    std::erase_if(members_, [&](const Member& member) { return member.server == &server; });
    is_due_ = true;
}

void ServerMap::move(const Server& server, std::size_t rank) {
    for (Member& member : members_)
        if (member.server == &server) member.rank = rank;
    sort();
}

void ServerMap::sort() {
    std::ranges::sort(members_, {}, &Member::rank);
    is_due_ = true;
}

const std::vector<Server*>& ServerMap::places() {
    if (is_due_) {
        simplify();
        unsigned total = 0;
        for (const Member& member : members_) total += member.weight;
        places_.clear();
        fill(total);
        is_due_ = false;
    }
    return places_;
}

// Weights 100, 100 and 200 make a map of four places, not of 400 with the same in it.
void ServerMap::simplify() {
    unsigned common = 0;
    for (const Member& member : members_) common = std::gcd(common, member.server->weight());
    for (Member& member : members_) {
        member.weight = common == 0 ? 0 : member.server->weight() / common;
        member.score = 0;
    }
}

// Each place goes to the server that is owed most, in whole places; among equals to the first of the file.
void ServerMap::fill(unsigned total) {
    places_.reserve(total);
    for (unsigned place = 0; place < total; ++place) {
        Member* best = nullptr;
        long most = 0;
        for (Member& member : members_) {
            member.score += member.weight;
            long owed = (member.score + long{total}) / long{total};
            if (member.weight != 0 && (!best || owed > most)) {
                most = owed;
                best = &member;
            }
        }
        if (!best) return;  // no weights at all
        best->score -= long{total};
        places_.push_back(best->server);
    }
}

}  // namespace spliced::balance
