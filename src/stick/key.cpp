#include "spliced/stick/key.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace spliced::stick {
namespace {

using config::StickKey;

constexpr std::string_view mapped_prefix{"\0\0\0\0\0\0\0\0\0\0\xff\xff", 12};

template <typename T>
std::string_view raw(const T& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

/// Four bytes or sixteen, in the network's order; none where it is no IP address.
std::string_view host_bytes(const os::Address& address) {
    if (address.family() == AF_INET)
        return raw(reinterpret_cast<const sockaddr_in*>(address.data())->sin_addr);
    if (address.family() == AF_INET6)
        return raw(reinterpret_cast<const sockaddr_in6*>(address.data())->sin6_addr);
    return {};
}

/// The IPv4 address in the bytes of an IP address; empty where there is none.
std::string_view ipv4_in(std::string_view host) {
    if (host.size() == 4) return host;
    return host.starts_with(mapped_prefix) ? host.substr(mapped_prefix.size()) : std::string_view();
}

std::uint32_t number_of(std::string_view ipv4) {
    std::uint32_t number = 0;
    std::memcpy(&number, ipv4.data(), sizeof number);
    return ntohl(number);
}

template <typename Binary>
std::optional<Key> parse_host(const KeyShape& shape, int family, std::string_view text, Binary binary) {
    if (inet_pton(family, std::string(text).c_str(), &binary) != 1) return std::nullopt;
    return Key::of_bytes(shape, raw(binary));
}

std::string host_text(int family, std::string_view bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(family, bytes.data(), text.data(), text.size());
    return text.data();
}

std::optional<std::uint32_t> parse_number(std::string_view text) {
    std::uint32_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// As HAProxy's dumps show text that may hold anything.
std::string escaped(std::string_view text) {
    std::string out;
    for (char letter : text) {
        auto code = static_cast<unsigned char>(letter);
        if (code == ' ' || code == '\\' || code == '=')
            out += {'\\', letter};
        else if (code > 32 && code < 127)
            out += letter;
        else
            out += fmt::format("\\x{:02x}", code);
    }
    return out;
}

}  // namespace

Key Key::of_bytes(const KeyShape& shape, std::string_view bytes) {
    Key key;
    bytes = bytes.substr(0, shape.length);
    std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
    key.size_ = static_cast<std::uint16_t>(bytes.size());
    if (shape.type != StickKey::string) {
        std::fill(key.bytes_.begin() + key.size_, key.bytes_.begin() + static_cast<long>(shape.length), '\0');
        key.size_ = static_cast<std::uint16_t>(shape.length);
    }
    return key;
}

std::optional<Key> key_of(const KeyShape& shape, const os::Address& address) {
    std::string_view host = host_bytes(address);
    if (host.empty()) return std::nullopt;
    std::string_view ipv4 = ipv4_in(host);
    switch (shape.type) {
        case StickKey::ip:
            return ipv4.empty() ? std::nullopt : std::optional(Key::of_bytes(shape, ipv4));
        case StickKey::ipv6:
            if (host.size() == 4) return Key::of_bytes(shape, std::string(mapped_prefix) + std::string(host));
            return Key::of_bytes(shape, host);
        case StickKey::integer:
            if (host.size() != 4) return std::nullopt;
            return key_of(shape, std::int64_t{number_of(host)});
        case StickKey::string:
            return Key::of_bytes(shape, address.host_text());
        case StickKey::binary:
            return Key::of_bytes(shape, host);
    }
    return std::nullopt;
}

std::optional<Key> key_of(const KeyShape& shape, std::int64_t number) {
    auto low = static_cast<std::uint32_t>(number);
    switch (shape.type) {
        case StickKey::integer:
            return Key::of_bytes(shape, raw(low));
        case StickKey::string:
            return Key::of_bytes(shape, std::to_string(number));
        case StickKey::ip:
        case StickKey::ipv6:
            return key_of(shape, os::Address::ipv4(low, 0));
        case StickKey::binary: {
            std::array<unsigned char, 8> big_endian{};
            for (std::size_t i = 0; i < 8; ++i)
                big_endian[7 - i] = static_cast<unsigned char>(static_cast<std::uint64_t>(number) >> (8 * i));
            return Key::of_bytes(shape, raw(big_endian));
        }
    }
    return std::nullopt;
}

std::optional<Key> key_of(const KeyShape& shape, std::string_view text) {
    if (shape.type == StickKey::string || shape.type == StickKey::binary) return Key::of_bytes(shape, text);
    return parse_key(shape, text);
}

std::optional<Key> parse_key(const KeyShape& shape, std::string_view text) {
    switch (shape.type) {
        case StickKey::ip:
            return parse_host(shape, AF_INET, text, in_addr{});
        case StickKey::ipv6:
            return parse_host(shape, AF_INET6, text, in6_addr{});
        case StickKey::integer: {
            auto number = parse_number(text);
            return number ? std::optional(Key::of_bytes(shape, raw(*number))) : std::nullopt;
        }
        case StickKey::string:
            return Key::of_bytes(shape, text);
        case StickKey::binary:
            break;
    }
    return std::nullopt;
}

std::string text_of(const KeyShape& shape, std::string_view bytes) {
    switch (shape.type) {
        case StickKey::ip:
            return host_text(AF_INET, bytes);
        case StickKey::ipv6:
            return host_text(AF_INET6, bytes);
        case StickKey::integer: {
            std::uint32_t number = 0;
            std::memcpy(&number, bytes.data(), sizeof number);
            return std::to_string(number);
        }
        case StickKey::string:
            return escaped(bytes);
        case StickKey::binary:
            break;
    }
    std::string text;
    for (char byte : bytes) text += fmt::format("{:02X}", static_cast<unsigned char>(byte));
    return text;
}

}  // namespace spliced::stick
