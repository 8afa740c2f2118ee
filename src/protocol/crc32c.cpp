#include "spliced/protocol/crc32c.hpp"

#include <array>

namespace spliced::protocol {
namespace {

constexpr std::uint32_t reflected_polynomial = 0x82F63B78;

// A header has some dozen bytes: one table is quick enough, and needs no particular processor.
constexpr std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
        std::uint32_t rest = byte;
        for (int bit = 0; bit < 8; ++bit)
            rest = (rest & 1U) != 0 ? (rest >> 1) ^ reflected_polynomial : rest >> 1;
        table[byte] = rest;
    }
    return table;
}

constexpr auto table = make_table();

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) {
    std::uint32_t sum = ~before;
    for (char byte : bytes) sum = table[(sum ^ static_cast<unsigned char>(byte)) & 0xFFU] ^ (sum >> 8);
    return ~sum;
}

}  // namespace spliced::protocol
