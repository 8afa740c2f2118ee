// The bytes of a PROXY protocol header, version 2 (doc/proxy-protocol.txt of HAProxy, section 2.2).
#pragma once

#include <cstddef>
#include <string_view>

namespace spliced::protocol::v2 {

// The signature, one byte of version and command, one of family and protocol, two of length.
inline constexpr std::string_view signature("\r\n\r\n\0\r\nQUIT\n", 12);
inline constexpr std::size_t head = 16;

enum Command : unsigned char { local = 0, proxy = 1 };
inline constexpr unsigned version = 0x20;

enum Family : unsigned char { unspecified = 0x00, tcp4 = 0x11, tcp6 = 0x21, unix_stream = 0x31 };

inline constexpr std::size_t sum_size = 4;  ///< of the checksum's value

}  // namespace spliced::protocol::v2
