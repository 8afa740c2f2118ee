// The extensions behind the addresses of a PROXY protocol header, version 2: type, length, value, one after
// another (doc/proxy-protocol.txt of HAProxy, section 2.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace spliced::protocol {

struct Tlv {
    enum Type : std::uint8_t { authority = 0x02, crc32c = 0x03, unique_id = 0x05 };

    std::uint8_t type = 0;
    std::string_view value;
};

/// Walks over them.
class TlvReader {
  public:
    explicit TlvReader(std::string_view bytes) : rest_(bytes) {}

    /// The next one, which points into the bytes; none at the end, or where the rest is not one.
    std::optional<Tlv> next();
    /// All bytes belong to some TLV so far.
    bool is_sound() const { return sound_; }

  private:
    std::string_view rest_;
    bool sound_ = true;
};

/// The value takes 65535 bytes at most.
void append_tlv(std::string& bytes, std::uint8_t type, std::string_view value);

}  // namespace spliced::protocol
