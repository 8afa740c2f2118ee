// CRC-32C, Castagnoli's polynomial (RFC 3720, appendix B.4): what guards a PROXY protocol header, version 2.
#pragma once

#include <cstdint>
#include <string_view>

namespace spliced::protocol {

/// Of `bytes`, or of what `before` is the checksum of with `bytes` behind it.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

}  // namespace spliced::protocol
