// A map of servers: each stands in it as often as its weight says, spread evenly, as in HAProxy's lb_map.c.
//
// Any change makes a new map of it, so that a server that comes or goes moves most keys to another server;
// see hash_ring.hpp for the remedy.
#pragma once

#include <vector>

#include "spliced/balance/balancer.hpp"

namespace spliced::balance {

class ServerMap {
  public:
    void add(Server& server, std::size_t rank);
    void remove(const Server& server);
    void move(const Server& server, std::size_t rank);
    void reweigh() { is_due_ = true; }
    std::size_t servers() const { return members_.size(); }

    /// The places of the map; made anew where something has changed.
    const std::vector<Server*>& places();

  private:
    struct Member {
        std::size_t rank;
        Server* server;
        unsigned weight = 0;  ///< without what all weights have in common
        long score = 0;
    };

    void simplify();
    void fill(unsigned total);
    void sort();

    std::vector<Member> members_;  ///< in order of the file
    std::vector<Server*> places_;
    bool is_due_ = false;
};

}  // namespace spliced::balance
