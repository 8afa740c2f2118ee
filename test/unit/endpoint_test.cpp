// Addresses as an operator writes them.
#include "spliced/os/endpoint.hpp"

#include "catch.hpp"
#include "fake_environment.hpp"

using spliced::os::address_of;
using spliced::os::parse_endpoint;
using spliced::os::PortRule;

namespace {

/// The text of the socket address, or the error.
std::string read(std::string_view text, PortRule rule = PortRule::required) {
    auto endpoint = parse_endpoint(text, rule);
    if (!endpoint) return endpoint.error().message;
    auto address = address_of(*endpoint, fake_environment().look_up);
    return address ? address->text() : address.error().message;
}

}  // namespace

TEST_CASE("every form of an address is understood") {
    CHECK(read("127.0.0.1:80") == "127.0.0.1:80");
    CHECK(read("[::1]:80") == "[::1]:80");
    CHECK(read("::1:80") == "[::1]:80");
    CHECK(read("*:80") == "0.0.0.0:80");
    CHECK(read(":80") == "0.0.0.0:80");
    CHECK(read(":::80") == "[::]:80");
    CHECK(read("[::]:80") == "[::]:80");
    CHECK(read("ipv4@:80") == "0.0.0.0:80");
    CHECK(read("ipv6@*:80") == "[::]:80");
    CHECK(read("web.test:80") == "127.0.0.1:80");
    CHECK(read("ipv6@web.test:80") == "[::1]:80");
    CHECK(read("/run/x.sock") == "/run/x.sock");
    CHECK(read("unix@/run/x.sock") == "/run/x.sock");
    CHECK(read("unix@x.sock") == "x.sock");
    CHECK(read("abns@name") == "abns@name");
    CHECK(read("127.0.0.1:65535") == "127.0.0.1:65535");
}

TEST_CASE("where a port is optional, a whole IPv6 address has none") {
    CHECK(read("::1", PortRule::optional) == "[::1]:0");
    CHECK(read("127.0.0.1", PortRule::optional) == "127.0.0.1:0");
    CHECK(read("127.0.0.1:5", PortRule::optional) == "127.0.0.1:5");
    CHECK(read("[::1]", PortRule::optional) == "[::1]:0");
    CHECK(read("web.test", PortRule::none) == "127.0.0.1:0");
    CHECK(read("::1", PortRule::none) == "[::1]:0");
    CHECK(read("127.0.0.1:5", PortRule::none) == "address '127.0.0.1:5': no port may stand here");
}

TEST_CASE("a port range and a descriptor are kept apart") {
    auto range = parse_endpoint("127.0.0.1:8000-8010", PortRule::range);
    REQUIRE(range);
    CHECK(range->first_port == 8000);
    CHECK(range->last_port == 8010);
    auto descriptor = parse_endpoint("fd@7", PortRule::range);
    REQUIRE(descriptor);
    CHECK(descriptor->kind == spliced::os::Endpoint::Kind::descriptor);
    CHECK(descriptor->descriptor == 7);
    CHECK_FALSE(address_of(*descriptor, fake_environment().look_up));
}

TEST_CASE("a wrong address says what is wrong with it") {
    CHECK(read("127.0.0.1:70000") == "address '127.0.0.1:70000': port 70000 is not within 1 and 65535");
    CHECK(read("127.0.0.1:0") == "address '127.0.0.1:0': port 0 is not within 1 and 65535");
    CHECK(read("127.0.0.1:http") == "address '127.0.0.1:http': port 'http' is not a whole number");
    CHECK(read("127.0.0.1") == "address '127.0.0.1': the port is missing");
    CHECK(read("127.0.0.1:") == "address '127.0.0.1:': the port is missing");
    CHECK(read("[::1:80") == "address '[::1:80': the ']' is missing");
    CHECK(read("[::1]80") == "address '[::1]80': after ']' only ':PORT' may stand");
    CHECK(read("[127.0.0.1]:80") == "address '[127.0.0.1]:80': '127.0.0.1' is not an IPv6 address");
    CHECK(read("nosuch.test:80") == "cannot resolve 'nosuch.test': Name or service not known");
    CHECK(read("a b:80") == "address 'a b:80': 'a b' is not a host");
    CHECK(read("ipv6@127.0.0.1:80") == "127.0.0.1 is not an IPv6 address");
    CHECK(read("tcp@127.0.0.1:80").find("the prefix 'tcp@' is not supported") != std::string::npos);
    CHECK(read("unix@") == "address 'unix@': the name is missing");
    CHECK(read("fd@x") == "address 'fd@x': 'x' is not a whole number");
    CHECK(read(":80-90", PortRule::required).find("not a whole number") != std::string::npos);
    CHECK(read(":90-80", PortRule::range) == "address ':90-80': the port range 90-80 runs backwards");
    CHECK(read("/" + std::string(107, 'x')).find("longer than 107 bytes") != std::string::npos);
    CHECK_FALSE(parse_endpoint("", PortRule::optional));
}
