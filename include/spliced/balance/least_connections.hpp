// `balance leastconn`: the server with the fewest connections for its weight; ties go round-robin.
//
// As in HAProxy 2.6 an empty server comes before any other whatever its weight; else the order is that of
// (connections + 1) / weight. A server whose count changes goes behind its equals, which is what makes ties
// take turns (HAProxy from 3.3 on draws lots instead).
#pragma once

#include "spliced/balance/ordered_servers.hpp"

namespace spliced::balance {

class LeastConnections final : public Balancer {
  public:
    void add(Server& server, std::size_t rank) override;
    void remove(Server& server) override;
    void move(Server&, std::size_t) override {}  // ties take turns, wherever they stand
    void reweigh(Server& server) override { on_load_change(server); }
    Server* pick(const Request& request) override;
    void on_load_change(Server& server) override;
    std::size_t size() const override { return order_.size(); }

  private:
    OrderKey key_for(const Server& server);

    OrderedServers order_;
    std::uint64_t changes_ = 0;
};

}  // namespace spliced::balance
