// `balance first`: the first usable server in the order of the file takes everything, as far as it has room.
#pragma once

#include "spliced/balance/ordered_servers.hpp"

namespace spliced::balance {

class First final : public Balancer {
  public:
    void add(Server& server, std::size_t rank) override { order_.insert(server, {rank, 0}); }
    void remove(Server& server) override { order_.erase(server); }
    void move(Server& server, std::size_t rank) override { order_.change(server, {rank, 0}); }
    Server* pick(const Request& request) override {
        return order_.first_where([&](const Server& server) { return may_take(request, server); });
    }
    void on_load_change(Server&) override {}
    std::size_t size() const override { return order_.size(); }

  private:
    OrderedServers order_;
};

}  // namespace spliced::balance
