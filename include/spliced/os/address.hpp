// A socket address as a value: IPv4, IPv6 or a unix socket (a path or an abstract name).
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "spliced/base/result.hpp"

namespace spliced::os {

class Address {
  public:
    /// Of no family; `family()` is AF_UNSPEC.
    Address() = default;
    Address(const sockaddr* address, socklen_t length);

    static Address ipv4(std::uint32_t host_order_address, std::uint16_t port);
    static Address ipv6(const in6_addr& address, std::uint16_t port);
    /// Fails where the path is longer than the 107 bytes that sun_path holds.
    static Result<Address> unix_path(std::string_view path);
    /// An abstract unix socket, unix(7); at most 107 bytes, filled up with NULs as HAProxy does.
    static Result<Address> unix_abstract(std::string_view name);

    sa_family_t family() const { return any_.generic.sa_family; }
    bool is_ip() const { return family() == AF_INET || family() == AF_INET6; }
    bool is_unix() const { return family() == AF_UNIX; }
    /// True for 127.0.0.0/8, ::1 and unix sockets: not to be reached from another machine.
    bool is_local() const;

    const sockaddr* data() const { return &any_.generic; }
    socklen_t length() const { return length_; }

    /// 0 for a unix socket.
    std::uint16_t port() const;
    void set_port(std::uint16_t port);

    /// The path of a unix socket; empty for an abstract one or an IP address.
    std::string path() const;
    /// "127.0.0.1:80", "[::1]:80", "/run/x.sock", "abns@name".
    std::string text() const;
    /// Without the port and without brackets: "127.0.0.1", "::1". For a unix socket the same as text().
    std::string host_text() const;

    friend bool operator==(const Address& a, const Address& b) { return a.text() == b.text(); }

  private:
    union {
        sockaddr generic;
        sockaddr_in v4;
        sockaddr_in6 v6;
        sockaddr_un local;
    } any_{};
    socklen_t length_ = sizeof(sa_family_t);
};

/// The other end of an accepted connection, in 28 bytes where Address takes 116: a session keeps one.
/// A unix peer has no address worth keeping; its family alone is remembered.
class PeerAddress {
  public:
    PeerAddress() = default;
    explicit PeerAddress(const Address& address);
    Address address() const;

  private:
    union {
        sa_family_t family;
        sockaddr_in v4;
        sockaddr_in6 v6;
    } any_{};
};

}  // namespace spliced::os
