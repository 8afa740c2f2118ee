// The beginning of a TLS handshake (RFC 8446, RFC 5246), as far as a check goes: a hello, and its answer.
#pragma once

#include <array>
#include <cstdint>

#include "spliced/protocol/answer.hpp"

namespace spliced::protocol {

/// What a hello draws lots for: its random, its session, and its share of an X25519 exchange, for which any
/// 32 bytes do as long as nobody wants to go on.
using TlsLots = std::array<std::uint8_t, 96>;

/// A ClientHello that servers of TLS 1.0 to 1.3 with usual ciphers can answer. It names no server.
std::string tls_client_hello(const TlsLots& lots);

/// A ServerHello is good. So is the fatal alert unrecognized_name: that server works, and serves only those
/// who name whom they want. Any other fatal alert says that no session can begin, and is wrong; what is no
/// TLS record is invalid.
Answer read_tls_answer(std::string_view received, bool last);

}  // namespace spliced::protocol
