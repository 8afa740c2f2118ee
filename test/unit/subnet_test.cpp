#include "spliced/os/subnet.hpp"

#include "catch.hpp"

using spliced::os::Address;
using spliced::os::Subnet;

namespace {

std::string parsed(std::string_view text) {
    auto net = Subnet::parse(text);
    return net ? net->text() : "error: " + net.error().message;
}

Address v4(std::uint32_t address) {
    return Address::ipv4(address, 80);
}

}  // namespace

TEST_CASE("a network is an address and a length, or an address alone") {
    CHECK(parsed("10.1.0.0/16") == "10.1.0.0/16");
    CHECK(parsed("10.1.2.3") == "10.1.2.3/32");
    CHECK(parsed("0.0.0.0/0") == "0.0.0.0/0");
    CHECK(parsed("2001:db8::/32") == "2001:db8::/32");
    CHECK(parsed("10.1.2.3/16") ==
          "error: '10.1.2.3/16' is an address in a network; the network has zeros behind its first 16 bits");
    CHECK(parsed("10.1.0.0/33").starts_with("error: '10.1.0.0/33': the length"));
    CHECK(parsed("web.test/8") == "error: 'web.test' is not an IP address");
    CHECK(parsed("").starts_with("error: "));
}

TEST_CASE("a network contains the addresses with its first bits") {
    auto net = *Subnet::parse("10.1.32.0/19");
    CHECK(net.contains(v4(0x0a012000)));
    CHECK(net.contains(v4(0x0a013fff)));
    CHECK_FALSE(net.contains(v4(0x0a014000)));
    CHECK_FALSE(net.contains(v4(0x0a011fff)));
    CHECK_FALSE(net.contains(Address::ipv6(in6addr_loopback, 80)));
    CHECK(Subnet::parse("0.0.0.0/0")->contains(v4(0xffffffff)));
    CHECK_FALSE(Subnet::parse("0.0.0.0/0")->contains(Address()));
    CHECK(Subnet::parse("::1")->contains(Address::ipv6(in6addr_loopback, 1)));
}
