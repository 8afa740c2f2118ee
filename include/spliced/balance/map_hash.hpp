// `balance source` and `balance hash` with `hash-type map-based`: the hash of the key is a place in a map.
#pragma once

#include "spliced/balance/hash.hpp"
#include "spliced/balance/static_round_robin.hpp"

namespace spliced::balance {

class MapHash final : public StaticRoundRobin {
  public:
    explicit MapHash(const config::Backend& settings) : hash_(settings) {}

    /// A request without a key takes its turn.
    Server* pick(const Request& request) override;
    bool binds() const override { return true; }

  private:
    KeyHash hash_;
};

}  // namespace spliced::balance
