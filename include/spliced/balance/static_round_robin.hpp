// `balance static-rr`: the places of a map, one after the other. Weights cannot change at run time.
#pragma once

#include "spliced/balance/server_map.hpp"

namespace spliced::balance {

class StaticRoundRobin : public Balancer {
  public:
    void add(Server& server, std::size_t rank) override { map_.add(server, rank); }
    void remove(Server& server) override { map_.remove(server); }
    void move(Server& server, std::size_t rank) override { map_.move(server, rank); }
    void reweigh(Server&) override { map_.reweigh(); }
    Server* pick(const Request& request) override;
    void on_load_change(Server&) override {}
    std::size_t size() const override { return map_.servers(); }

  protected:
    /// The first from `place` on, which is within the map, that may be taken; null where there is none.
    Server* next_from(std::size_t& place, const Request& request);
    ServerMap map_;

  private:
    std::size_t next_ = 0;
};

}  // namespace spliced::balance
