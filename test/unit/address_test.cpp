// Socket addresses as values.
#include "spliced/os/address.hpp"

#include "catch.hpp"

using spliced::os::Address;
using spliced::os::PeerAddress;

TEST_CASE("an address shows itself with and without its port") {
    auto v4 = Address::ipv4(0x7f000001, 80);
    CHECK(v4.text() == "127.0.0.1:80");
    CHECK(v4.host_text() == "127.0.0.1");
    CHECK(v4.length() == sizeof(sockaddr_in));
    auto v6 = Address::ipv6(in6addr_loopback, 443);
    CHECK(v6.text() == "[::1]:443");
    CHECK(v6.host_text() == "::1");
    CHECK(Address().text() == "-");
    CHECK(Address().family() == AF_UNSPEC);
}

TEST_CASE("only loopback and unix sockets are local") {
    CHECK(Address::ipv4(0x7fffffff, 1).is_local());
    CHECK_FALSE(Address::ipv4(0x0a000001, 1).is_local());
    CHECK_FALSE(Address::ipv4(INADDR_ANY, 1).is_local());
    CHECK(Address::ipv6(in6addr_loopback, 1).is_local());
    CHECK_FALSE(Address::ipv6(in6addr_any, 1).is_local());
    in6_addr mapped{{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1}}};
    CHECK(Address::ipv6(mapped, 1).is_local());
    mapped.s6_addr[12] = 10;
    CHECK_FALSE(Address::ipv6(mapped, 1).is_local());
    CHECK(Address::unix_path("/run/x.sock")->is_local());
}

TEST_CASE("a unix path and an abstract name hold 107 bytes and not one more") {
    std::string fits(107, 'x');
    CHECK(Address::unix_path(fits)->path() == fits);
    CHECK(Address::unix_abstract(fits)->text() == "abns@" + fits);
    CHECK_FALSE(Address::unix_path(fits + "x"));
    CHECK_FALSE(Address::unix_abstract(fits + "x"));
}

TEST_CASE("an abstract name is filled up with NULs, as HAProxy does, and shown without them") {
    auto name = *Address::unix_abstract("ab");
    CHECK(name.length() == sizeof(sockaddr_un));
    CHECK(name.text() == "abns@ab");
    CHECK(name.path().empty());
    CHECK(name.data()->sa_data[0] == '\0');
    auto path = *Address::unix_path("/ab");
    CHECK(path.length() == sizeof(sa_family_t) + 3 + 1);
}

TEST_CASE("an address from the kernel is the one that was made by hand") {
    auto made = Address::ipv6(in6addr_loopback, 8080);
    Address copy(made.data(), made.length());
    CHECK(copy == made);
    copy.set_port(8081);
    CHECK_FALSE(copy == made);
    CHECK(copy.port() == 8081);
    sockaddr unnamed{AF_UNIX, {}};
    CHECK(Address(&unnamed, sizeof(sa_family_t)).text() == "unix");
}

TEST_CASE("a peer's address survives its small form") {
    for (const auto& address : {Address::ipv4(0x0a000102, 65535), Address::ipv6(in6addr_loopback, 1)})
        CHECK(PeerAddress(address).address() == address);
    CHECK(PeerAddress(*Address::unix_path("/run/x")).address().family() == AF_UNIX);
    CHECK(PeerAddress().address().family() == AF_UNSPEC);
    CHECK(sizeof(PeerAddress) == 28);
}
