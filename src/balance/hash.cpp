#include "spliced/balance/hash.hpp"

#include <netinet/in.h>

#include <bit>
#include <charconv>

namespace spliced::balance {
namespace {

using Function = config::HashType::Function;

std::uint32_t sdbm(std::string_view bytes) {
    std::uint32_t hash = 0;
    for (unsigned char byte : bytes) hash = byte + (hash << 6) + (hash << 16) - hash;
    return hash;
}

std::uint32_t djb2(std::string_view bytes) {
    std::uint32_t hash = 5381;
    for (unsigned char byte : bytes) hash = hash * 33 + byte;
    return hash;
}

// Two halves that take in each byte, change places, and are turned by as much as the last byte says.
std::uint32_t wt6(std::string_view bytes) {
    std::uint32_t left = 0xa53c965a;
    std::uint32_t right = 0x5ca6953a;
    int left_turn = 6;
    int right_turn = 18;
    for (unsigned char byte : bytes) {
        std::uint32_t from_left = ~(left ^ byte);
        std::uint32_t from_right = ~(right + byte);
        left = std::rotl(from_right, left_turn);
        right = std::rotl(from_left, right_turn);
        std::uint32_t turns = ((left >> 16) ^ right) & 0xffff;
        left_turn = static_cast<int>(turns & 0x1f);
        right_turn = static_cast<int>(turns >> 11);
    }
    return left ^ right;
}

std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t hash = ~std::uint32_t{0};
    for (unsigned char byte : bytes) {
        hash ^= byte;
        for (int bit = 0; bit < 8; ++bit) hash = (hash >> 1) ^ ((hash & 1) != 0 ? 0xedb88320 : 0);
    }
    return ~hash;
}

/// The key is a number, written in decimal digits.
std::uint32_t number_in(std::string_view text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return static_cast<std::uint32_t>(number);
}

/// HAProxy's `balance source`: the 32-bit words of the address, one upon the other.
std::uint32_t fold(std::string_view address) {
    std::uint32_t folded = 0;
    for (std::size_t at = 0; at < address.size(); ++at)
        folded ^= std::uint32_t{static_cast<unsigned char>(address[at])} << (24 - 8 * (at % 4));
    return folded;
}

/// A number is hashed as eight bytes in the order of the wire.
std::uint32_t hash_number(Function function, std::uint64_t number) {
    if (function == Function::none) return static_cast<std::uint32_t>(number);
    char bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(number >> (56 - 8 * i));
    return hash_bytes(function, {bytes, sizeof bytes});
}

}  // namespace

std::uint32_t hash_bytes(Function function, std::string_view bytes) {
    switch (function) {
        case Function::sdbm:
            break;
        case Function::djb2:
            return djb2(bytes);
        case Function::wt6:
            return wt6(bytes);
        case Function::crc32:
            return crc32(bytes);
        case Function::none:
            return number_in(bytes);
    }
    return sdbm(bytes);
}

std::uint32_t avalanche(std::uint32_t number) {
    number = (number + 0x7ed55d16) + (number << 12);
    number = (number ^ 0xc761c23c) ^ (number >> 19);
    number = (number + 0x165667b1) + (number << 5);
    number = (number + 0xd3a2646c) ^ (number << 9);
    number = (number + 0xfd7046c5) + (number << 3);
    number = (number ^ 0xb55a4f09) ^ (number >> 16);
    return number * 3221225473U;
}

std::string_view address_bytes(const os::Address& address) {
    if (address.family() == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(address.data());
        return {reinterpret_cast<const char*>(&v4->sin_addr), sizeof v4->sin_addr};
    }
    if (address.family() == AF_INET6) {
        const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address.data());
        return {reinterpret_cast<const char*>(&v6->sin6_addr), sizeof v6->sin6_addr};
    }
    return {};
}

std::optional<std::uint32_t> KeyHash::operator()(const Request& request) const {
    auto hash = raw(request);
    return hash && type_.avalanche ? avalanche(*hash) : hash;
}

std::optional<std::uint32_t> KeyHash::raw(const Request& request) const {
    if (by_source_) {
        auto address = request.source ? address_bytes(*request.source) : std::string_view();
        if (address.empty()) return std::nullopt;
        return fold(address);
    }
    if (const auto* number = std::get_if<std::uint64_t>(&request.key))
        return hash_number(type_.function, *number);
    if (const auto* bytes = std::get_if<std::string_view>(&request.key))
        return hash_bytes(type_.function, *bytes);
    return std::nullopt;
}

}  // namespace spliced::balance
