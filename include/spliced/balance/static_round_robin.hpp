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
    /// The first from `place` on, which is within the map, of which `is_good` holds; null where there is
    /// none.
    template <typename Good>
    Server* next_from(std::size_t& place, Good is_good) {
        const auto& places = map_.places();
        for (std::size_t i = 0; i < places.size(); ++i) {
            Server& server = *places[place];
            place = (place + 1) % places.size();
            if (is_good(server)) return &server;
        }
        return nullptr;
    }
    ServerMap map_;

  private:
    std::size_t next_ = 0;
};

}  // namespace spliced::balance
