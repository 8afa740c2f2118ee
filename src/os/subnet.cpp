#include "spliced/os/subnet.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <cstring>

#include "spliced/base/units.hpp"

namespace spliced::os {
namespace {

Result<Address> numeric(const std::string& host) {
    in_addr v4{};
    if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return Address::ipv4(ntohl(v4.s_addr), 0);
    in6_addr v6{};
    if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) return Address::ipv6(v6, 0);
    return Error{fmt::format("'{}' is not an IP address", host)};
}

}  // namespace

Subnet::Bytes Subnet::bytes_of(const Address& address) {
    Bytes bytes{};
    if (address.family() == AF_INET)
        std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in*>(address.data())->sin_addr, 4);
    if (address.family() == AF_INET6)
        std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6*>(address.data())->sin6_addr, 16);
    return bytes;
}

bool Subnet::same_bits(const Bytes& a, const Bytes& b, unsigned count) {
    unsigned whole = count / 8;
    if (std::memcmp(a.data(), b.data(), whole) != 0) return false;
    unsigned rest = count % 8;
    return rest == 0 || (a[whole] >> (8 - rest)) == (b[whole] >> (8 - rest));
}

Result<Subnet> Subnet::parse(std::string_view text) {
    auto slash = text.find('/');
    auto address = numeric(std::string(text.substr(0, slash)));
    if (!address) return address.error();
    Subnet subnet;
    subnet.address_ = *address;
    subnet.bytes_ = bytes_of(*address);
    unsigned bits = address->family() == AF_INET ? 32 : 128;
    subnet.length_ = bits;
    if (slash != std::string_view::npos) {
        auto length = parse_integer(text.substr(slash + 1), {0, bits});
        if (!length) return Error{fmt::format("'{}': the length {}", text, length.error().message)};
        subnet.length_ = static_cast<unsigned>(*length);
    }
    for (unsigned bit = subnet.length_; bit < bits; ++bit)
        if ((subnet.bytes_[bit / 8] >> (7 - bit % 8) & 1) != 0)
            return Error{
                fmt::format("'{}' is an address in a network; the network has zeros behind its "
                            "first {} bits",
                            text, subnet.length_)};
    return subnet;
}

bool Subnet::contains(const Address& address) const {
    return address.family() == address_.family() && same_bits(bytes_, bytes_of(address), length_);
}

std::string Subnet::text() const {
    return fmt::format("{}/{}", address_.host_text(), length_);
}

}  // namespace spliced::os
