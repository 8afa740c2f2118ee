#include "spliced/protocol/tlv.hpp"

namespace spliced::protocol {
namespace {

constexpr std::size_t head = 3;  // the type, and the length in network order

}  // namespace

std::optional<Tlv> TlvReader::next() {
    if (rest_.empty() || !sound_) return std::nullopt;
    std::size_t size = 0;
    if (rest_.size() >= head)
        size = std::size_t{static_cast<unsigned char>(rest_[1])} << 8 | static_cast<unsigned char>(rest_[2]);
    if (rest_.size() < head + size) {
        sound_ = false;
        return std::nullopt;
    }
    Tlv tlv{static_cast<std::uint8_t>(rest_[0]), rest_.substr(head, size)};
    rest_.remove_prefix(head + size);
    return tlv;
}

void append_tlv(std::string& bytes, std::uint8_t type, std::string_view value) {
    bytes += static_cast<char>(type);
    bytes += static_cast<char>(value.size() >> 8);
    bytes += static_cast<char>(value.size() & 0xFF);
    bytes += value;
}

}  // namespace spliced::protocol
