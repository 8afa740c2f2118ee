// Which server of a group gets which of the addresses that its name has; pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "spliced/os/subnet.hpp"

namespace spliced::resolve {

/// Where a server may be.
struct Place {
    os::Address address;             ///< with its port
    std::string host;                ///< of a service: what its record names
    std::optional<unsigned> weight;  ///< 0 to 256, where a record says so
};

struct SlotRules {
    bool shared = false;                    ///< several servers may have the same address
    std::span<const os::Subnet> preferred;  ///< `resolve-net`
};

/// For each slot the index of its place; none where places do not suffice. `held` is what each slot has now,
/// of no family where that is nothing. A slot whose address is still among the places keeps it, unless one
/// in a preferred network is free and its own is in none.
std::vector<std::optional<std::size_t>> assign(std::span<const os::Address> held,
                                               std::span<const Place> places, const SlotRules& rules);

}  // namespace spliced::resolve
