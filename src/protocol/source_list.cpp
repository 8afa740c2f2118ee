#include "spliced/protocol/source_list.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "spliced/base/text.hpp"
#include "spliced/base/units.hpp"

namespace spliced::protocol {
namespace {

constexpr unsigned mapped_bits = 96;  // in front of an IPv4 address that is written as one of IPv6

in6_addr mapped(const in_addr& v4) {
    in6_addr address{};
    address.s6_addr[10] = address.s6_addr[11] = 0xFF;
    std::copy_n(reinterpret_cast<const unsigned char*>(&v4), sizeof v4, address.s6_addr + 12);
    return address;
}

in6_addr as_ipv6(const os::Address& address) {
    if (address.family() == AF_INET)
        return mapped(reinterpret_cast<const sockaddr_in*>(address.data())->sin_addr);
    return reinterpret_cast<const sockaddr_in6*>(address.data())->sin6_addr;
}

bool share_prefix(const in6_addr& a, const in6_addr& b, unsigned length) {
    unsigned whole = length / 8;
    if (!std::equal(a.s6_addr, a.s6_addr + whole, b.s6_addr)) return false;
    unsigned rest = length % 8;
    return rest == 0 || ((a.s6_addr[whole] ^ b.s6_addr[whole]) >> (8 - rest)) == 0;
}

}  // namespace

Result<SourceList> SourceList::parse(std::string_view text) {
    SourceList list;
    for (auto part : split_at(text, ',')) {
        if (part == "unix") {
            list.unix_ = true;
            continue;
        }
        auto network = parse_network(part);
        if (!network) return network.error();
        list.networks_.push_back(std::move(*network));
    }
    return list;
}

Result<SourceList::Network> SourceList::parse_network(std::string_view text) {
    auto slash = text.find('/');
    std::string host(text.substr(0, slash));
    Network network{{}, 128, std::string(text)};
    in_addr v4{};
    unsigned before = 0;
    if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) {
        network.address = mapped(v4);
        before = mapped_bits;
    } else if (::inet_pton(AF_INET6, host.c_str(), &network.address) != 1) {
        return Error{
            fmt::format("'{}' is no network: write 192.0.2.0/24, 2001:db8::/32, 192.0.2.1 or unix", text)};
    }
    if (slash == std::string_view::npos) return network;
    auto length = parse_integer(text.substr(slash + 1), {0, 128 - static_cast<std::int64_t>(before)});
    if (!length) return Error{fmt::format("'{}': {}", text, length.error().message)};
    network.length = before + static_cast<unsigned>(*length);
    return network;
}

bool SourceList::contains(const os::Address& address) const {
    if (!address.is_ip()) return unix_ && address.is_unix();
    in6_addr wanted = as_ipv6(address);
    return std::ranges::any_of(networks_, [&](const Network& network) {
        return share_prefix(network.address, wanted, network.length);
    });
}

std::string SourceList::text() const {
    std::string text;
    for (const Network& network : networks_) text += (text.empty() ? "" : ",") + network.text;
    if (unix_) text += text.empty() ? "unix" : ",unix";
    return text;
}

}  // namespace spliced::protocol
