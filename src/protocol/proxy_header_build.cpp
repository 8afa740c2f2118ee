// Building; reading is in proxy_header.cpp.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "spliced/protocol/crc32c.hpp"
#include "spliced/protocol/proxy_header.hpp"
#include "spliced/protocol/proxy_v2.hpp"
#include "spliced/protocol/tlv.hpp"

namespace spliced::protocol {
namespace {

/// The 16 bytes of an IPv6 address; one of IPv4 as ::ffff:192.0.2.1 (RFC 4291, section 2.5.5.2).
in6_addr as_ipv6(const os::Address& address) {
    if (address.family() == AF_INET6) return reinterpret_cast<const sockaddr_in6*>(address.data())->sin6_addr;
    in6_addr mapped{};
    mapped.s6_addr[10] = mapped.s6_addr[11] = 0xFF;
    const in_addr& v4 = reinterpret_cast<const sockaddr_in*>(address.data())->sin_addr;
    std::copy_n(reinterpret_cast<const unsigned char*>(&v4), sizeof v4, mapped.s6_addr + 12);
    return mapped;
}

/// Without the interface of a link-local address, which means nothing on another machine.
std::string host_text(const os::Address& address, int family) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (family == AF_INET) return address.host_text();
    in6_addr host = as_ipv6(address);
    return ::inet_ntop(AF_INET6, &host, text.data(), text.size());
}

/// AF_INET where both are of it, AF_INET6 where one is not; AF_UNSPEC where one is no IP address.
int common_family(const os::Address& a, const os::Address& b) {
    if (!a.is_ip() || !b.is_ip()) return AF_UNSPEC;
    return a.family() == AF_INET && b.family() == AF_INET ? AF_INET : AF_INET6;
}

void append_number(std::string& bytes, std::size_t number) {
    bytes += static_cast<char>(number >> 8 & 0xFF);
    bytes += static_cast<char>(number & 0xFF);
}

void append_host(std::string& bytes, const os::Address& address, int family) {
    in6_addr host = as_ipv6(address);
    std::string_view whole(reinterpret_cast<const char*>(&host), sizeof host);
    bytes += family == AF_INET ? whole.substr(12) : whole;
}

void append_addresses(std::string& bytes, const os::Address& source, const os::Address& destination,
                      int family) {
    if (family == AF_UNSPEC) return;
    append_host(bytes, source, family);
    append_host(bytes, destination, family);
    append_number(bytes, source.port());
    append_number(bytes, destination.port());
}

/// In HAProxy's order. Returns where the checksum goes, 0 where there is none.
std::size_t append_extras(std::string& bytes, const HeaderExtras& extras) {
    std::size_t sum_at = 0;
    if (extras.crc32c) {
        append_tlv(bytes, Tlv::crc32c, std::string_view("\0\0\0\0", v2::sum_size));
        sum_at = bytes.size() - v2::sum_size;
    }
    if (!extras.authority.empty()) append_tlv(bytes, Tlv::authority, extras.authority);
    if (!extras.unique_id.empty()) append_tlv(bytes, Tlv::unique_id, extras.unique_id);
    return sum_at;
}

}  // namespace

std::string proxy_header_v1(const os::Address& source, const os::Address& destination) {
    int family = common_family(source, destination);
    if (family == AF_UNSPEC) return "PROXY UNKNOWN\r\n";
    return fmt::format("PROXY {} {} {} {} {}\r\n", family == AF_INET ? "TCP4" : "TCP6",
                       host_text(source, family), host_text(destination, family), source.port(),
                       destination.port());
}

std::string proxy_header_v2(const os::Address& source, const os::Address& destination,
                            const HeaderExtras& extras) {
    int family = common_family(source, destination);
    std::string bytes(v2::signature);
    bytes += static_cast<char>(v2::version | (family == AF_UNSPEC ? v2::local : v2::proxy));
    bytes += static_cast<char>(family == AF_UNSPEC ? v2::unspecified
                               : family == AF_INET ? v2::tcp4
                                                   : v2::tcp6);
    append_number(bytes, 0);
    append_addresses(bytes, source, destination, family);
    std::size_t sum_at = append_extras(bytes, extras);
    std::string length;
    append_number(length, bytes.size() - v2::head);
    bytes.replace(v2::head - length.size(), length.size(), length);
    if (sum_at == 0) return bytes;
    std::uint32_t sum = crc32c(bytes);
    std::string text;
    append_number(text, sum >> 16);
    append_number(text, sum & 0xFFFF);
    return bytes.replace(sum_at, text.size(), text);
}

}  // namespace spliced::protocol
