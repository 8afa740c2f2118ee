// Where connections to a server come from: `source`, with `usesrc` and `interface`.
#pragma once

#include <cstdint>
#include <string>

#include "spliced/os/address.hpp"

namespace spliced::config {

struct Source {
    /// Whose address the server sees instead of ours.
    enum class Disguise : std::uint8_t {
        none,
        client,     ///< the client's address and port
        client_ip,  ///< the client's address, any port
        address,    ///< `as`
    };

    os::Address address;          ///< of no family where nothing is given; port 0: the kernel chooses
    std::uint16_t last_port = 0;  ///< of a range that begins at the address's port; 0: there is none
    Disguise disguise = Disguise::none;
    os::Address as;
    std::string interface;

    bool is_given() const { return address.family() != AF_UNSPEC; }
    bool has_ports() const { return last_port != 0; }
    bool is_transparent() const { return disguise != Disguise::none; }
    friend bool operator==(const Source&, const Source&) = default;
};

}  // namespace spliced::config
