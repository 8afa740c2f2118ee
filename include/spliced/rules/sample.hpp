// A typed value that rules look at: what a fetch found and converters made of it.
#pragma once

#include <netinet/in.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "spliced/os/address.hpp"

namespace spliced::rules {

enum class Type : std::uint8_t { none, boolean, integer, address, text, binary };

/// "an address", for messages.
std::string_view name_of(Type type);

/// Room for what is made out of samples while a condition is looked at, so that nothing is allocated.
class Scratch {
  public:
    /// Empty where less than that is left.
    std::span<char> take(std::size_t size);

  private:
    // As much as HAProxy's buffer; not initialised, as only what was written is read.
    std::array<char, std::size_t{16} << 10> bytes_;
    std::size_t used_ = 0;
};

/// Refers to bytes of others: of the source that gave it, of the configuration, or of a Scratch.
class Sample {
  public:
    Sample() = default;
    static Sample boolean(bool value) { return number_of(Type::boolean, value ? 1 : 0); }
    static Sample integer(std::int64_t value) { return number_of(Type::integer, value); }
    static Sample ipv4(std::uint32_t host_order);
    static Sample ipv6(const in6_addr& address);
    /// The address without its port; none for a unix socket.
    static Sample address(const os::Address& address);
    static Sample text(std::string_view bytes) { return bytes_of(Type::text, bytes); }
    static Sample binary(std::string_view bytes) { return bytes_of(Type::binary, bytes); }

    Type type() const { return type_; }
    bool is_ipv4() const { return type_ == Type::address && is_ipv4_; }
    bool is_ipv6() const { return type_ == Type::address && !is_ipv4_; }
    bool is_bytes() const { return type_ == Type::text || type_ == Type::binary; }

    /// Of a boolean (0, 1) or an integer.
    std::int64_t number() const { return number_; }
    /// In host order.
    std::uint32_t ipv4() const { return static_cast<std::uint32_t>(number_); }
    const in6_addr& ipv6() const { return ipv6_; }
    std::string_view bytes() const { return bytes_; }

    // The same in another type; of type none where it cannot be that.
    Sample as_text(Scratch& scratch) const;
    Sample as_integer() const;
    Sample as_address() const;

  private:
    static Sample number_of(Type type, std::int64_t value);
    static Sample bytes_of(Type type, std::string_view bytes);

    Type type_ = Type::none;
    bool is_ipv4_ = false;
    std::int64_t number_ = 0;
    in6_addr ipv6_{};
    std::string_view bytes_;
};

}  // namespace spliced::rules
