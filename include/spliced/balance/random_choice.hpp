// `balance random[(N)]`: N servers are drawn by weight, and the one with the fewest connections for its
// weight is taken. Two draws keep servers nearly level without anybody knowing more than two loads.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "spliced/balance/balancer.hpp"

namespace spliced::balance {

class RandomChoice final : public Balancer {
  public:
    RandomChoice(unsigned draws, std::uint64_t seed) : draws_(draws), random_(seed) {}

    void add(Server& server, std::size_t rank) override;
    void remove(Server& server) override;
    void move(Server&, std::size_t) override {}
    void reweigh(Server&) override { settle(); }
    Server* pick(const Request& request) override;
    void on_load_change(Server&) override {}
    std::size_t size() const override { return members_.size(); }

  private:
    struct Member {
        Server* server;
        std::uint64_t weight_up_to = 0;  ///< its own and of all before it
    };

    void settle();
    Server* draw(const Request& request);

    unsigned draws_;
    std::mt19937_64 random_;
    std::vector<Member> members_;
};

}  // namespace spliced::balance
