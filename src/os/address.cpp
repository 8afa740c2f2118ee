#include "spliced/os/address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace spliced::os {
namespace {

constexpr std::size_t path_offset = offsetof(sockaddr_un, sun_path);
constexpr std::size_t max_path = sizeof(sockaddr_un::sun_path) - 1;

Error too_long(std::string_view path) {
    return Error{fmt::format("unix socket '{}' is longer than {} bytes", path, max_path)};
}

}  // namespace

Address::Address(const sockaddr* address, socklen_t length) {
    length_ = std::min<socklen_t>(length, sizeof any_);
    std::memcpy(&any_, address, length_);
    // A socket without a name of its own (a unix client) is reported with the family alone, or with nothing.
    length_ = std::max<socklen_t>(length_, sizeof(sa_family_t));
}

Address Address::ipv4(std::uint32_t host_order_address, std::uint16_t port) {
    Address result;
    result.any_.v4 = sockaddr_in{};
    result.any_.v4.sin_family = AF_INET;
    result.any_.v4.sin_addr.s_addr = htonl(host_order_address);
    result.any_.v4.sin_port = htons(port);
    result.length_ = sizeof(sockaddr_in);
    return result;
}

Address Address::ipv6(const in6_addr& address, std::uint16_t port) {
    Address result;
    result.any_.v6 = sockaddr_in6{};
    result.any_.v6.sin6_family = AF_INET6;
    result.any_.v6.sin6_addr = address;
    result.any_.v6.sin6_port = htons(port);
    result.length_ = sizeof(sockaddr_in6);
    return result;
}

Result<Address> Address::unix_path(std::string_view path) {
    if (path.size() > max_path) return too_long(path);
    Address result;
    result.any_.local = sockaddr_un{};
    result.any_.local.sun_family = AF_UNIX;
    std::copy(path.begin(), path.end(), result.any_.local.sun_path);
    result.length_ = static_cast<socklen_t>(path_offset + path.size() + 1);
    return result;
}

// The kernel takes every byte of the length as part of an abstract name, unix(7). HAProxy's abns@ fills
// sun_path up with NULs; so do we, or one could not stand behind the other.
Result<Address> Address::unix_abstract(std::string_view name) {
    if (name.size() > max_path) return too_long(name);
    Address result;
    result.any_.local = sockaddr_un{};
    result.any_.local.sun_family = AF_UNIX;
    std::copy(name.begin(), name.end(), result.any_.local.sun_path + 1);
    result.length_ = static_cast<socklen_t>(sizeof(sockaddr_un));
    return result;
}

bool Address::is_local() const {
    if (family() == AF_INET) return (ntohl(any_.v4.sin_addr.s_addr) >> 24) == IN_LOOPBACKNET;
    if (family() == AF_INET6) {
        const auto& address = any_.v6.sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(&address)) return address.s6_addr[12] == IN_LOOPBACKNET;
        return IN6_IS_ADDR_LOOPBACK(&address);
    }
    return family() == AF_UNIX;
}

std::uint16_t Address::port() const {
    if (family() == AF_INET) return ntohs(any_.v4.sin_port);
    if (family() == AF_INET6) return ntohs(any_.v6.sin6_port);
    return 0;
}

void Address::set_port(std::uint16_t port) {
    if (family() == AF_INET) any_.v4.sin_port = htons(port);
    if (family() == AF_INET6) any_.v6.sin6_port = htons(port);
}

std::string Address::path() const {
    if (!is_unix() || length_ <= path_offset) return {};
    return {any_.local.sun_path, strnlen(any_.local.sun_path, length_ - path_offset)};
}

std::string Address::text() const {
    if (family() == AF_INET) return fmt::format("{}:{}", host_text(), port());
    if (family() == AF_INET6) return fmt::format("[{}]:{}", host_text(), port());
    return host_text();
}

std::string Address::host_text() const {
    char buffer[INET6_ADDRSTRLEN] = "";
    if (family() == AF_INET) return inet_ntop(AF_INET, &any_.v4.sin_addr, buffer, sizeof buffer);
    if (family() == AF_INET6) {
        std::string text = inet_ntop(AF_INET6, &any_.v6.sin6_addr, buffer, sizeof buffer);
        // A link-local address means nothing without its interface.
        return any_.v6.sin6_scope_id == 0 ? text : fmt::format("{}%{}", text, any_.v6.sin6_scope_id);
    }
    if (!is_unix()) return "-";
    if (length_ <= path_offset) return "unix";
    if (any_.local.sun_path[0] != '\0') return path();
    std::string_view name(any_.local.sun_path + 1, length_ - path_offset - 1);
    return "abns@" + std::string(name.substr(0, name.find_last_not_of('\0') + 1));
}

PeerAddress::PeerAddress(const Address& address) {
    if (address.family() == AF_INET) {
        std::memcpy(&any_.v4, address.data(), sizeof any_.v4);
    } else if (address.family() == AF_INET6) {
        std::memcpy(&any_.v6, address.data(), sizeof any_.v6);
    } else {
        any_.family = address.family();
    }
}

Address PeerAddress::address() const {
    socklen_t length = sizeof(sa_family_t);
    if (any_.family == AF_INET) length = sizeof any_.v4;
    if (any_.family == AF_INET6) length = sizeof any_.v6;
    sockaddr_storage copy{};
    std::memcpy(&copy, &any_, length);
    return {reinterpret_cast<const sockaddr*>(&copy), length};
}

}  // namespace spliced::os
