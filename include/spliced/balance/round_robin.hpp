// `balance roundrobin`: each server in turn, spread evenly by weight.
//
// Time is counted in picks. A server that was picked is due again after (total weight / its weight) picks;
// due servers come before those never picked yet, which come by weight, before those that are early. With
// weights 3, 1, 2 that gives a c a b a c, as HAProxy's does.
#pragma once

#include <unordered_map>

#include "spliced/balance/ordered_servers.hpp"

namespace spliced::balance {

class RoundRobin final : public Balancer {
  public:
    void add(Server& server, std::size_t rank) override;
    void remove(Server& server) override;
    void move(Server& server, std::size_t rank) override;
    void reweigh(Server& server) override;
    Server* pick(const Request& request) override;
    void on_load_change(Server&) override {}
    std::size_t size() const override { return turns_.size(); }

  private:
    struct Turn {
        std::size_t rank = 0;
        unsigned weight = 0;  ///< in total_weight_
        std::uint64_t due = 0;
        std::uint64_t remainder = 0;  ///< of total / weight, carried so that the average is exact
    };

    Server* candidate(const Request& request) const;
    void take_turn(Server& server);
    static std::uint64_t tie(const Server& server, std::size_t rank);

    OrderedServers fresh_;      ///< never picked
    OrderedServers scheduled_;  ///< by when they are due
    std::unordered_map<const Server*, Turn> turns_;
    std::uint64_t picks_ = 0;
    std::uint64_t total_weight_ = 0;
};

}  // namespace spliced::balance
