// Reading; building is in proxy_header_build.cpp.
#include "spliced/protocol/proxy_header.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "spliced/protocol/crc32c.hpp"
#include "spliced/protocol/proxy_v2.hpp"
#include "spliced/protocol/tlv.hpp"

namespace spliced::protocol {
namespace {

using State = HeaderReading::State;

constexpr std::string_view v1_start = "PROXY ";
constexpr std::size_t v1_longest = 107;  // with CR LF: the longest addresses there can be

HeaderReading failed(State state) {
    return {state, 0, {}};
}

bool may_become(std::string_view bytes, std::string_view whole) {
    std::size_t size = std::min(bytes.size(), whole.size());
    return bytes.substr(0, size) == whole.substr(0, size);
}

// ---- version 1

/// Five digits at most and no more than 65535, unlike HAProxy, which takes 99999 for 34463.
std::optional<std::uint16_t> port_of(std::string_view text) {
    std::uint16_t port = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || text.size() > 5) return std::nullopt;
    return port;
}

std::optional<os::Address> address_of(int family, std::string_view host, std::string_view port_text) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    auto port = port_of(port_text);
    if (!port || host.size() >= text.size()) return std::nullopt;
    std::ranges::copy(host, text.begin());
    if (family == AF_INET) {
        in_addr address{};
        if (::inet_pton(family, text.data(), &address) != 1) return std::nullopt;
        return os::Address::ipv4(ntohl(address.s_addr), *port);
    }
    in6_addr address{};
    if (::inet_pton(family, text.data(), &address) != 1) return std::nullopt;
    return os::Address::ipv6(address, *port);
}

/// Up to the next blank, which is taken as well.
std::string_view take_word(std::string_view& rest) {
    std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    return word;
}

/// `line` is what stands between "PROXY " and the end of the line.
State read_v1_line(std::string_view line, ProxyHeader& header) {
    std::string_view rest = line;
    std::string_view protocol = take_word(rest);
    if (protocol == "UNKNOWN") return State::complete;  // whatever follows
    if (protocol != "TCP4" && protocol != "TCP6") return State::unhandled;
    int family = protocol == "TCP4" ? AF_INET : AF_INET6;
    std::array<std::string_view, 3> words{};
    for (std::string_view& word : words) word = take_word(rest);
    auto source = address_of(family, words[0], words[2]);
    auto destination = address_of(family, words[1], rest);
    if (!source || !destination) return State::invalid;
    header.source = *source;
    header.destination = *destination;
    return State::complete;
}

HeaderReading read_v1(std::string_view bytes) {
    auto end = bytes.substr(0, v1_longest).find('\n');
    if (end == std::string_view::npos)
        return failed(bytes.size() < v1_longest ? State::incomplete : State::invalid);
    if (bytes[end - 1] != '\r') return failed(State::invalid);
    HeaderReading reading{State::complete, end + 1, {}};
    // The start holds no CR, so that it lies in front of the one found.
    reading.state = read_v1_line(bytes.substr(v1_start.size(), end - 1 - v1_start.size()), reading.header);
    return reading;
}

// ---- version 2

unsigned byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

std::uint16_t number_at(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

/// How many bytes the addresses take; nothing where the family is none of the specification's.
std::optional<std::size_t> addresses_size(unsigned family) {
    switch (family) {
        case v2::unspecified:
            return 0;
        case v2::tcp4:
            return 12;
        case v2::tcp6:
            return 36;
        case v2::unix_stream:
            return 216;
        default:
            return std::nullopt;
    }
}

void read_addresses(unsigned family, std::string_view bytes, ProxyHeader& header) {
    if (family == v2::tcp4) {
        auto host = [&](std::size_t at) {
            return std::uint32_t{number_at(bytes, at)} << 16 | number_at(bytes, at + 2);
        };
        header.source = os::Address::ipv4(host(0), number_at(bytes, 8));
        header.destination = os::Address::ipv4(host(4), number_at(bytes, 10));
    } else if (family == v2::tcp6) {
        in6_addr source{};
        in6_addr destination{};
        std::memcpy(&source, bytes.data(), sizeof source);
        std::memcpy(&destination, bytes.data() + sizeof source, sizeof destination);
        header.source = os::Address::ipv6(source, number_at(bytes, 32));
        header.destination = os::Address::ipv6(destination, number_at(bytes, 34));
    }
}

/// `sum` is part of `whole`, which is summed up with zeros in its place.
bool sum_is_right(std::string_view whole, std::string_view sum) {
    auto at = static_cast<std::size_t>(sum.data() - whole.data());
    std::uint32_t computed = crc32c(whole.substr(0, at));
    computed = crc32c(std::string_view("\0\0\0\0", 4), computed);
    computed = crc32c(whole.substr(at + sum.size()), computed);
    return computed == (std::uint32_t{number_at(sum, 0)} << 16 | number_at(sum, 2));
}

/// `binding`: bytes that are no TLVs are a mistake. They are not where the specification gives the bytes no
/// meaning.
bool read_extras(std::string_view whole, std::size_t at, bool binding, ProxyHeader& header) {
    TlvReader reader(whole.substr(at));
    while (auto tlv = reader.next()) {
        if (tlv->type == Tlv::authority) header.authority = tlv->value;
        if (tlv->type == Tlv::unique_id) header.unique_id = tlv->value;
        if (tlv->type != Tlv::crc32c) continue;
        if (tlv->value.size() != v2::sum_size || !sum_is_right(whole, tlv->value)) return false;
    }
    return reader.is_sound() || !binding;
}

HeaderReading read_v2(std::string_view bytes) {
    if (bytes.size() > v2::signature.size()) {
        unsigned version = byte_at(bytes, v2::signature.size());
        if ((version & 0xF0U) != v2::version) return failed(State::not_a_header);
        if ((version & 0x0FU) > v2::proxy) return failed(State::invalid);
    }
    if (bytes.size() < v2::head) return {};
    std::size_t size = v2::head + number_at(bytes, 14);
    bool local = (byte_at(bytes, 12) & 0x0FU) == v2::local;
    unsigned family = byte_at(bytes, 13);
    auto addresses = addresses_size(family);
    if (!local && !addresses) return failed(State::unhandled);
    if (!local && size < v2::head + *addresses) return failed(State::invalid);
    if (bytes.size() < size) return {};
    std::string_view whole = bytes.substr(0, size);
    HeaderReading reading{State::complete, size, {}};
    if (!local) read_addresses(family, whole.substr(v2::head), reading.header);
    std::size_t extras = v2::head + addresses.value_or(size);
    bool binding = !local && family != v2::unspecified;
    if (extras < size && !read_extras(whole, extras, binding, reading.header)) return failed(State::invalid);
    return reading;
}

}  // namespace

HeaderReading read_proxy_header(std::string_view bytes) {
    if (may_become(bytes, v2::signature)) return read_v2(bytes);
    if (may_become(bytes, v1_start)) return read_v1(bytes);
    return failed(State::not_a_header);
}

}  // namespace spliced::protocol
