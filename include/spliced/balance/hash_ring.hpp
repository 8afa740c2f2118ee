// A ring of hashes: each server has points on it, as many as its weight says, and a key belongs to the
// server of the nearest point. A server that leaves gives only its own keys to others.
//
// The points are HAProxy's (its lb_chash.c): they follow from the server's `id` alone.
#pragma once

#include <cstdint>
#include <vector>

#include "spliced/balance/balancer.hpp"

namespace spliced::balance {

class HashRing {
  public:
    struct Point {
        std::uint32_t at;
        Server* server;
    };

    /// Puts the points of the server in; it has none on the ring.
    void add(Server& server);
    void remove(const Server& server);

    bool empty() const { return points_.empty(); }
    /// The index of the point that is nearest to the hash; the ring is not empty.
    std::size_t nearest(std::uint32_t hash) const;
    std::size_t after(std::size_t index) const { return (index + 1) % points_.size(); }
    Server& server_at(std::size_t index) const { return *points_[index].server; }
    /// The first from `index` on of whose server `is_good` holds; null where there is none. `index` becomes
    /// that of its point.
    template <typename Good>
    Server* first_from(std::size_t& index, Good is_good) const {
        for (std::size_t i = 0; i < points_.size(); ++i, index = after(index))
            if (is_good(server_at(index))) return &server_at(index);
        return nullptr;
    }
    /// The same index where the ring has become smaller.
    std::size_t within(std::size_t index) const { return index < points_.size() ? index : 0; }

  private:
    std::vector<Point> points_;  ///< in their order on the ring
};

}  // namespace spliced::balance
