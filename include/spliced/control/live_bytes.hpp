// Bytes of the sessions that run now, by whom they are counted for once they are over.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "spliced/proxy/engine.hpp"

namespace spliced::control {

/// Walks all sessions once, when it is made.
class LiveBytes {
  public:
    struct Sum {
        std::uint64_t in = 0;   ///< from clients
        std::uint64_t out = 0;  ///< from servers
    };

    explicit LiveBytes(const proxy::Engine& engine);

    /// Of a frontend, listener, backend or server, by its address.
    Sum of(const void* object) const;
    Sum total() const { return total_; }

  private:
    std::unordered_map<const void*, Sum> sums_;
    Sum total_;
};

}  // namespace spliced::control
