// The networks whose connections are expected to begin with a PROXY protocol header.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/result.hpp"
#include "spliced/os/address.hpp"

namespace spliced::protocol {

/// A value; a handful of networks, looked through one after another.
class SourceList {
  public:
    /// "127.0.0.0/8,10.0.0.1,fd00::/8,unix": the last stands for all unix sockets.
    static Result<SourceList> parse(std::string_view text);

    bool empty() const { return networks_.empty() && !unix_; }
    /// An IPv4 client of an IPv6 listener is looked for by its IPv4 address.
    bool contains(const os::Address& address) const;
    /// What parse() reads back to the same.
    std::string text() const;

  private:
    struct Network {
        in6_addr address;  ///< IPv4 as ::ffff:192.0.2.0
        unsigned length;   ///< of its prefix, 0 to 128
        std::string text;
    };

    static Result<Network> parse_network(std::string_view text);

    std::vector<Network> networks_;
    bool unix_ = false;
};

}  // namespace spliced::protocol
