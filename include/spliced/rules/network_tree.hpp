// IP networks by prefix: a radix tree with skipped bits (a Patricia trie), one for both families.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "spliced/base/result.hpp"
#include "spliced/rules/sample.hpp"

namespace spliced::rules {

/// An address with the number of leading bits that count.
struct Network {
    bool is_ipv4 = true;
    std::array<std::uint64_t, 2> bits{};  ///< from the highest bit on; IPv4 fills the first 32
    unsigned length = 0;                  ///< 0 to 32, or to 128

    /// "10.0.0.0/8", "10.0.0.0/255.0.0.0", "10.1.2.3", "2001:db8::/32". Bits behind the prefix are cleared.
    static Result<Network> parse(std::string_view text);
    /// All bits of an address.
    static Network of(const Sample& address);
};

class NetworkTree {
  public:
    void add(const Network& network);

    /// Some network holds the address. An IPv4 address is looked up as ::ffff:a.b.c.d too, and an IPv6
    /// address that stands for an IPv4 one (mapped, or 6to4) as that, as in HAProxy. `visits` counts the
    /// nodes that were looked at, at most one a bit.
    bool holds(const Sample& address, std::size_t* visits = nullptr) const;

    bool empty() const { return nodes_.empty(); }
    std::size_t size() const { return size_; }

  private:
    struct Node {
        std::array<std::uint64_t, 2> bits;
        std::array<std::uint32_t, 2> below;  ///< by the bit behind the prefix; `nowhere` where there is none
        std::uint8_t length;
        bool is_network;  ///< else only a fork
    };
    static constexpr std::uint32_t nowhere = UINT32_MAX;

    std::uint32_t make_node(const Network& network, bool is_network);
    void set_link(std::uint32_t parent, unsigned side, bool is_ipv4, std::uint32_t node);
    bool holds_exactly(const Network& address, std::size_t& visits) const;

    std::vector<Node> nodes_;
    std::array<std::uint32_t, 2> roots_{nowhere, nowhere};  ///< IPv6, IPv4
    std::size_t size_ = 0;
};

}  // namespace spliced::rules
