// `balance source` and `balance hash` with `hash-type consistent`: the hash of the key is a place on a ring.
//
// With `hash-balance-factor` a server may have so many percent of the mean load, by its weight; the keys of
// a server that has as much go to the next on the ring, and so on.
#pragma once

#include <cstdint>
#include <vector>

#include "spliced/balance/hash.hpp"
#include "spliced/balance/hash_ring.hpp"

namespace spliced::balance {

class ConsistentHash final : public Balancer {
  public:
    explicit ConsistentHash(const config::Backend& settings)
        : hash_(settings), factor_(settings.hash_balance_factor) {}

    void add(Server& server, std::size_t rank) override;
    void remove(Server& server) override;
    void move(Server& server, std::size_t rank) override;
    void reweigh(Server& server) override;
    /// A request without a key takes the next place on the ring.
    Server* pick(const Request& request) override;
    bool binds() const override { return true; }
    void on_load_change(Server& server) override;
    std::size_t size() const override { return members_.size(); }

  private:
    struct Member {
        std::size_t rank;
        Server* server;
        std::uint64_t load;               ///< its part of load_
        std::uint64_t weight_before = 0;  ///< of those that stand above it in the file
    };

    Member& member(const Server& server);
    void settle();
    bool has_slot(const Server& server);

    KeyHash hash_;
    HashRing ring_;
    std::size_t next_ = 0;  ///< where requests without a key go on
    std::uint64_t factor_;
    std::vector<Member> members_;  ///< in order of the file
    std::uint64_t load_ = 0;
    std::uint64_t weight_ = 0;
};

}  // namespace spliced::balance
