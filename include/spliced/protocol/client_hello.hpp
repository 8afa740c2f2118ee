// The greeting of a TLS client, as it lies in the first bytes of a connection (RFC 8446, 4.1.2 and 5.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace spliced::protocol {

/// The longest greeting that is looked at, as a handshake message. ML-KEM keys make some of 2 KiB.
inline constexpr std::size_t max_client_hello = std::size_t{16} << 10;

/// The same with record headers, where each record holds a useful share; what is longer is foreign.
inline constexpr std::size_t max_client_hello_bytes = max_client_hello + 1024;

/// Views refer to the `room` of read_client_hello().
struct ClientHello {
    enum class State : std::uint8_t {
        incomplete,  ///< so far it could become one
        foreign,     ///< no TLS, or a message that no client begins with, or broken
        complete,
    };
    State state = State::incomplete;
    std::uint8_t type = 0;         ///< of the handshake message: 1, where it is a client's greeting
    std::uint16_t version = 0;     ///< the greeting's own: 0x303 from TLS 1.2 on
    std::string_view server_name;  ///< as sent; empty where there is none
    std::string_view protocols;    ///< of ALPN, parted by commas; empty where there are none
    bool names_curves = false;     ///< it has the extension for elliptic curves (supported_groups)
};

/// Reads as much as is there; to be called again, from the beginning, once more is. The message is put
/// together in `room`, which holds max_client_hello bytes, so that records and segments may part it anywhere.
ClientHello read_client_hello(std::string_view bytes, std::span<char> room);

}  // namespace spliced::protocol
