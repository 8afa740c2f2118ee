// An address as an operator writes it: taken apart and checked, names not looked up yet.
//
//   127.0.0.1:80  [::1]:80  ::1:80  *:80  :80  host:80  127.0.0.1:8000-8010  /path  unix@path  abns@name fd@N
//   ipv4@host:80  ipv6@host:80
//
// As in HAProxy (configuration manual, 11 "Address formats"), the port stands after the last colon.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "spliced/base/result.hpp"
#include "spliced/os/address.hpp"

namespace spliced::os {

/// What may stand behind the host: where a port is optional, a text that is a whole IPv6 address has none.
enum class PortRule { none, optional, required, range, optional_range };

struct Endpoint {
    enum class Kind { ip, unix_path, unix_abstract, descriptor };

    Kind kind = Kind::ip;
    std::string host;                ///< of Kind::ip: empty for any address; else path or name
    sa_family_t family = AF_UNSPEC;  ///< what the prefix asks for
    bool has_port = false;
    std::uint16_t first_port = 0;
    std::uint16_t last_port = 0;  ///< as first_port unless a range was written
    int descriptor = -1;          ///< of Kind::descriptor
};

/// Pure: no look-up takes place.
Result<Endpoint> parse_endpoint(std::string_view text, PortRule rule);

/// Finds the address of a host name; the port is 0. AF_UNSPEC takes what comes first.
using Lookup = std::function<Result<Address>(const std::string& host, sa_family_t family)>;

/// The socket address behind it, with the first port. Asks `lookup` only where the host is neither absent nor
/// numeric. A descriptor has no address: that is an error.
Result<Address> address_of(const Endpoint& endpoint, const Lookup& lookup);

/// Through getaddrinfo(3), which may block for long: for start-up only.
Result<Address> look_up(const std::string& host, sa_family_t family);

}  // namespace spliced::os
