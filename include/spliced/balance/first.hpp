// `balance first`: the first server that has room takes everything; the others rest.
//
// As in HAProxy the first is the one of the lowest `id`, which without an `id` is the order of the file.
#pragma once

#include "spliced/balance/ordered_servers.hpp"

namespace spliced::balance {

class First final : public Balancer {
  public:
    enum class By { id, place };
    explicit First(By by) : by_(by) {}

    void add(Server& server, std::size_t rank) override { order_.insert(server, key(server, rank)); }
    void remove(Server& server) override { order_.erase(server); }
    void move(Server& server, std::size_t rank) override { order_.change(server, key(server, rank)); }
    void reweigh(Server&) override {}
    Server* pick(const Request& request) override {
        return order_.first_where([&](const Server& server) { return may_take(request, server); });
    }
    void on_load_change(Server&) override {}
    std::size_t size() const override { return order_.size(); }

  private:
    OrderKey key(const Server& server, std::size_t rank) const {
        return {by_ == By::id ? server.settings().id : rank, rank};
    }

    By by_;
    OrderedServers order_;
};

}  // namespace spliced::balance
