#include "spliced/rules/network_tree.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <string>

namespace spliced::rules {
namespace {

using Bits = std::array<std::uint64_t, 2>;

Bits bits_of(const in6_addr& address) {
    Bits bits{};
    for (std::size_t i = 0; i < 16; ++i) bits[i / 8] = bits[i / 8] << 8 | address.s6_addr[i];
    return bits;
}

Bits bits_of(std::uint32_t ipv4) {
    return {std::uint64_t{ipv4} << 32, 0};
}

unsigned bit_at(const Bits& bits, unsigned index) {
    return static_cast<unsigned>(bits[index / 64] >> (63 - index % 64) & 1);
}

/// How many leading bits are the same.
unsigned common_length(const Bits& a, const Bits& b) {
    if (a[0] != b[0]) return static_cast<unsigned>(std::countl_zero(a[0] ^ b[0]));
    return 64 + static_cast<unsigned>(std::countl_zero(a[1] ^ b[1]));
}

Bits cut(Bits bits, unsigned length) {
    auto mask = [](unsigned kept) { return kept == 0 ? 0 : ~std::uint64_t{0} << (64 - kept); };
    bits[0] &= mask(std::min(length, 64U));
    bits[1] &= mask(length > 64 ? length - 64 : 0);
    return bits;
}

/// The length of "8" or of "255.0.0.0"; none where it is neither.
std::optional<unsigned> length_of(std::string_view text, bool is_ipv4) {
    unsigned length = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error == std::errc() && end == text.data() + text.size())
        return length <= (is_ipv4 ? 32U : 128U) ? std::optional(length) : std::nullopt;
    in_addr mask{};
    if (!is_ipv4 || inet_pton(AF_INET, std::string(text).c_str(), &mask) != 1) return std::nullopt;
    std::uint32_t bits = ntohl(mask.s_addr);
    length = static_cast<unsigned>(std::countl_one(bits));
    return length == static_cast<unsigned>(std::popcount(bits)) ? std::optional(length) : std::nullopt;
}

/// The IPv4 address that an IPv6 address stands for: ::ffff:a.b.c.d, or 2002:a.b.c.d::/48 (RFC 3056).
std::optional<std::uint32_t> ipv4_inside(const in6_addr& address) {
    Bits bits = bits_of(address);
    if (bits[0] == 0 && bits[1] >> 32 == 0xffff) return static_cast<std::uint32_t>(bits[1]);
    if (bits[0] >> 48 == 0x2002) return static_cast<std::uint32_t>(bits[0] >> 16);
    return std::nullopt;
}

}  // namespace

Network Network::of(const Sample& address) {
    if (address.is_ipv4()) return {true, bits_of(address.ipv4()), 32};
    return {false, bits_of(address.ipv6()), 128};
}

Result<Network> Network::parse(std::string_view text) {
    auto slash = text.find('/');
    Sample address = Sample::text(text.substr(0, slash)).as_address();
    if (address.type() != Type::address)
        return Error{fmt::format(
            "'{}' is no IP address or network such as 10.0.0.0/8; host names are not looked up here", text)};
    Network network = of(address);
    if (slash == std::string_view::npos) return network;
    auto length = length_of(text.substr(slash + 1), network.is_ipv4);
    if (!length)
        return Error{fmt::format("'{}': the mask is 0 to {}{}", text, network.is_ipv4 ? 32 : 128,
                                 network.is_ipv4 ? ", or written as 255.255.0.0" : "")};
    network.length = *length;
    network.bits = cut(network.bits, *length);
    return network;
}

std::uint32_t NetworkTree::make_node(const Network& network, bool is_network) {
    nodes_.push_back(
        {network.bits, {nowhere, nowhere}, static_cast<std::uint8_t>(network.length), is_network});
    return static_cast<std::uint32_t>(nodes_.size() - 1);
}

void NetworkTree::set_link(std::uint32_t parent, unsigned side, bool is_ipv4, std::uint32_t node) {
    (parent == nowhere ? roots_[is_ipv4] : nodes_[parent].below[side]) = node;
}

// Goes down as far as whole prefixes agree; there it becomes a new leaf, the fork of what differs, or the
// wider network above what it covers.
void NetworkTree::add(const Network& network) {
    std::uint32_t parent = nowhere;
    unsigned side = 0;
    std::uint32_t at = roots_[network.is_ipv4];
    while (at != nowhere) {
        const Node& node = nodes_[at];
        unsigned same =
            std::min(common_length(node.bits, network.bits), std::min<unsigned>(node.length, network.length));
        if (same < node.length) break;
        if (same == network.length) {
            size_ += nodes_[at].is_network ? 0 : 1;
            nodes_[at].is_network = true;
            return;
        }
        parent = at;
        side = bit_at(network.bits, node.length);
        at = node.below[side];
    }
    ++size_;
    std::uint32_t leaf = make_node(network, true);
    if (at == nowhere) return set_link(parent, side, network.is_ipv4, leaf);
    Bits below = nodes_[at].bits;
    unsigned same = std::min(common_length(below, network.bits), network.length);
    if (same == network.length) {
        nodes_[leaf].below[bit_at(below, same)] = at;
        return set_link(parent, side, network.is_ipv4, leaf);
    }
    std::uint32_t fork = make_node({network.is_ipv4, cut(network.bits, same), same}, false);
    nodes_[fork].below[bit_at(network.bits, same)] = leaf;
    nodes_[fork].below[bit_at(below, same)] = at;
    set_link(parent, side, network.is_ipv4, fork);
}

bool NetworkTree::holds_exactly(const Network& address, std::size_t& visits) const {
    std::uint32_t at = roots_[address.is_ipv4];
    while (at != nowhere) {
        const Node& node = nodes_[at];
        ++visits;
        if (common_length(node.bits, address.bits) < node.length) return false;
        if (node.is_network) return true;
        at = node.below[bit_at(address.bits, node.length)];
    }
    return false;
}

bool NetworkTree::holds(const Sample& address, std::size_t* visits) const {
    std::size_t ignored = 0;
    std::size_t& counted = visits ? *visits : ignored;
    if (holds_exactly(Network::of(address), counted)) return true;
    if (address.is_ipv4()) {
        Bits mapped{0, std::uint64_t{0xffff} << 32 | address.ipv4()};
        return holds_exactly({false, mapped, 128}, counted);
    }
    auto inside = ipv4_inside(address.ipv6());
    return inside && holds_exactly({true, bits_of(*inside), 32}, counted);
}

}  // namespace spliced::rules
