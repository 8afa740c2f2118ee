// Whole numbers as protocols write them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace spliced::protocol {

/// The lower `size` bytes of `value`, the highest first.
inline std::string big_endian(std::uint64_t value, std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = size; i > 0; --i, value >>= 8) bytes[i - 1] = static_cast<char>(value & 0xff);
    return bytes;
}

/// The same with the lowest first.
inline std::string little_endian(std::uint64_t value, std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i, value >>= 8) bytes[i] = static_cast<char>(value & 0xff);
    return bytes;
}

/// Up to eight bytes.
inline std::uint64_t from_big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

inline std::uint64_t from_little_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i > 0; --i)
        value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
    return value;
}

}  // namespace spliced::protocol
