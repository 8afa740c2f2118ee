// The PROXY protocol, versions 1 and 2: what a proxy says of its client ahead of the client's first byte.
//
// The specification is doc/proxy-protocol.txt of HAProxy. Pure text on both sides: no socket, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "spliced/os/address.hpp"

namespace spliced::protocol {

/// What a header announces.
struct ProxyHeader {
    // Of no family where those of the connection hold: UNKNOWN, LOCAL, an unspecified family, unix sockets.
    os::Address source;
    os::Address destination;
    // Of version 2 alone; empty where not given. They point into the bytes that were read.
    std::string_view authority;
    std::string_view unique_id;
};

struct HeaderReading {
    enum class State : std::uint8_t {
        incomplete,    ///< sound so far; every byte belongs to the header
        complete,      ///< `size` bytes
        not_a_header,  ///< something else
        invalid,       ///< one with a mistake in it
        unhandled,     ///< of a protocol that is not TCP
    };
    State state = State::incomplete;
    std::size_t size = 0;
    ProxyHeader header;
};

/// Reads what a connection begins with, as far as it has come: called again with more until it is complete.
/// What follows the header is not looked at. A header of version 1 takes 107 bytes at most, one of version 2
/// 65551.
HeaderReading read_proxy_header(std::string_view bytes);

/// "PROXY TCP4 192.0.2.1 192.0.2.2 4711 80\r\n". Where one address is IPv6 both are written so; "PROXY
/// UNKNOWN\r\n" where one is no IP address.
std::string proxy_header_v1(const os::Address& source, const os::Address& destination);

struct HeaderExtras {
    bool crc32c = false;
    std::string_view authority;  ///< left out where empty
    std::string_view unique_id;  ///< the same
};

/// The same in version 2; LOCAL, of no family, where one is no IP address.
std::string proxy_header_v2(const os::Address& source, const os::Address& destination,
                            const HeaderExtras& extras = {});

}  // namespace spliced::protocol
