// Hashes of keys, bit for bit those of HAProxy (its hash.c and tools.h), so that a client finds the same
// server behind either.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "spliced/balance/balancer.hpp"

namespace spliced::balance {

std::uint32_t hash_bytes(config::HashType::Function function, std::string_view bytes);

/// Spreads numbers that lie side by side all over the 32 bits: one of Bob Jenkins' integer hashes, times a
/// prime near three quarters of the range. The points of the ring come from it, too.
std::uint32_t avalanche(std::uint32_t number);

/// The address without its port as it goes over the wire: 4 or 16 bytes. Empty where it is of no IP family.
std::string_view address_bytes(const os::Address& address);

/// What `balance = source` and `balance = hash` go by.
class KeyHash {
  public:
    explicit KeyHash(const config::Backend& settings)
        : by_source_(settings.algorithm == config::Algorithm::source), type_(settings.hash_type) {}

    /// Absent where the request has no key: its server is found in turn then.
    std::optional<std::uint32_t> operator()(const Request& request) const;

  private:
    std::optional<std::uint32_t> raw(const Request& request) const;

    bool by_source_;
    config::HashType type_;
};

}  // namespace spliced::balance
