// A key as a table holds it: some bytes, as many as its type says.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "spliced/config/stick_table.hpp"
#include "spliced/os/address.hpp"

namespace spliced::stick {

/// What a key of a table looks like.
struct KeyShape {
    config::StickKey type = config::StickKey::ip;
    std::size_t length = 4;  ///< the most bytes where it is a string, else all

    friend bool operator==(const KeyShape&, const KeyShape&) = default;
};

/// A value without memory of its own beyond itself. Made by the functions below, each of which casts as
/// HAProxy does, and gives nothing where the value cannot be such a key.
class Key {
  public:
    /// Bytes beyond `shape.length` are cut, as HAProxy does.
    static Key of_bytes(const KeyShape& shape, std::string_view bytes);

    std::string_view bytes() const { return {bytes_.data(), size_}; }

  private:
    Key() = default;
    std::uint16_t size_ = 0;
    std::array<char, config::longest_stick_key> bytes_;  // not initialised beyond size_
};

/// The host of an address; IPv4 and IPv6 are told apart by the table: an IPv6 address that holds an IPv4
/// address is that one for `type ip`, and `type ipv6` holds IPv4 as ::ffff:a.b.c.d.
std::optional<Key> key_of(const KeyShape& shape, const os::Address& address);
std::optional<Key> key_of(const KeyShape& shape, std::int64_t number);
std::optional<Key> key_of(const KeyShape& shape, std::string_view text);

/// As an administrator writes it on the statistics socket, and as `show table` shows it.
std::optional<Key> parse_key(const KeyShape& shape, std::string_view text);
std::string text_of(const KeyShape& shape, std::string_view bytes);

}  // namespace spliced::stick
