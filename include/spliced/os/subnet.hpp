// A network as it is written: "10.1.0.0/16", "2001:db8::/32", or an address alone.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "spliced/os/address.hpp"

namespace spliced::os {

class Subnet {
  public:
    /// Bits behind the prefix must be none that are set: "10.1.2.3/16" is somebody's mistake.
    static Result<Subnet> parse(std::string_view text);

    /// Of its family and with its first bits.
    bool contains(const Address& address) const;
    /// "10.1.0.0/16"
    std::string text() const;

  private:
    using Bytes = std::array<std::uint8_t, 16>;
    static Bytes bytes_of(const Address& address);
    static bool same_bits(const Bytes& a, const Bytes& b, unsigned count);

    Address address_;
    Bytes bytes_{};
    unsigned length_ = 0;  ///< of the prefix, in bits
};

}  // namespace spliced::os
