#include <fmt/format.h>

#include <random>

#include "catch.hpp"
#include "spliced/rules/network_tree.hpp"

using spliced::rules::Network;
using spliced::rules::NetworkTree;
using spliced::rules::Sample;

namespace {

Sample address(std::string_view text) {
    return Sample::text(text).as_address();
}

bool covers(const Network& network, std::uint32_t address) {
    if (network.length == 0) return true;
    return (static_cast<std::uint32_t>(network.bits[0] >> 32) ^ address) >> (32 - network.length) == 0;
}

bool holds(std::initializer_list<const char*> networks, std::string_view wanted) {
    NetworkTree tree;
    for (const char* each : networks) tree.add(*Network::parse(each));
    return tree.holds(address(wanted));
}

}  // namespace

TEST_CASE("A network holds its addresses and no other", "[rules]") {
    CHECK(holds({"10.0.0.0/8"}, "10.255.1.2"));
    CHECK_FALSE(holds({"10.0.0.0/8"}, "11.0.0.0"));
    CHECK(holds({"10.1.2.3"}, "10.1.2.3"));
    CHECK_FALSE(holds({"10.1.2.3"}, "10.1.2.2"));
    CHECK(holds({"0.0.0.0/0"}, "8.8.8.8"));
    CHECK(holds({"192.168.0.0/255.255.0.0"}, "192.168.200.1"));
    CHECK(holds({"10.1.2.3/8"}, "10.9.9.9"));
    CHECK(holds({"2001:db8::/32"}, "2001:db8::1"));
    CHECK_FALSE(holds({"2001:db8::/32"}, "2001:db9::1"));
    CHECK(holds({"::1"}, "::1"));
    CHECK_FALSE(holds({"::1"}, "::2"));
    CHECK(holds({"2001:db8::/65"}, "2001:db8::7fff:0:0:1"));
    CHECK_FALSE(holds({"2001:db8::/65"}, "2001:db8::8000:0:0:1"));
    CHECK_FALSE(holds({}, "1.2.3.4"));
}

TEST_CASE("An IPv4 address and its IPv6 forms are the same client", "[rules]") {
    CHECK(holds({"10.0.0.0/8"}, "::ffff:10.1.2.3"));
    CHECK(holds({"10.0.0.0/8"}, "2002:0a01:0203::1"));
    CHECK(holds({"::ffff:0:0/96"}, "10.1.2.3"));
    CHECK_FALSE(holds({"10.0.0.0/8"}, "::10.1.2.3"));
}

TEST_CASE("The order of networks does not matter, nor that one covers another", "[rules]") {
    for (auto networks : {std::pair("10.0.0.0/8", "10.1.0.0/16"), std::pair("10.1.0.0/16", "10.0.0.0/8")}) {
        CHECK(holds({networks.first, networks.second}, "10.1.2.3"));
        CHECK(holds({networks.first, networks.second}, "10.2.2.3"));
    }
}

TEST_CASE("What is no network is refused with the remedy", "[rules]") {
    auto [text, message] = GENERATE(table<std::string, std::string>({
        {"web.test",
         "'web.test' is no IP address or network such as 10.0.0.0/8; host names are not looked up here"},
        {"10.0.0.0/33", "'10.0.0.0/33': the mask is 0 to 32, or written as 255.255.0.0"},
        {"10.0.0.0/255.0.255.0", "'10.0.0.0/255.0.255.0': the mask is 0 to 32, or written as 255.255.0.0"},
        {"::/129", "'::/129': the mask is 0 to 128"},
        {"10.0.0.0/", "'10.0.0.0/': the mask is 0 to 32, or written as 255.255.0.0"},
    }));
    auto network = Network::parse(text);
    REQUIRE_FALSE(network);
    CHECK(network.error().message == message);
}

TEST_CASE("The tree agrees with trying one network after another", "[rules]") {
    std::mt19937 engine(7);
    auto random = [&] { return static_cast<std::uint32_t>(engine()); };
    for (int round = 0; round < 50; ++round) {
        NetworkTree tree;
        std::vector<Network> networks;
        for (int i = 0; i < 60; ++i) {
            // Few distinct bits, so that networks lie within each other and beside each other.
            std::uint32_t bits = random() & 0x0f0f0003U;
            auto text = fmt::format("{}.{}.{}.{}/{}", bits >> 24, bits >> 16 & 255, bits >> 8 & 255,
                                    bits & 255, random() % 33 < 2 ? random() % 8 : 8 + random() % 25);
            networks.push_back(*Network::parse(text));
            tree.add(networks.back());
        }
        for (int i = 0; i < 2000; ++i) {
            std::uint32_t wanted = i % 2 ? random() & 0x0f0f0003U : random();
            bool expected =
                std::ranges::any_of(networks, [&](const Network& n) { return covers(n, wanted); });
            REQUIRE(tree.holds(Sample::ipv4(wanted)) == expected);
        }
    }
}

TEST_CASE("A hundred thousand networks are matched within as many steps as an address has bits", "[rules]") {
    NetworkTree tree;
    std::mt19937 engine(11);
    auto random = [&] { return static_cast<std::uint32_t>(engine()); };
    for (int i = 0; i < 100'000; ++i) {
        std::uint32_t bits = random();
        tree.add({true, {std::uint64_t{bits} << 32 & 0xffffff0000000000U, 0}, 24});
    }
    CHECK(tree.size() > 99'000);
    std::size_t most = 0;
    std::size_t sum = 0;
    for (int i = 0; i < 10'000; ++i) {
        std::size_t visits = 0;
        tree.holds(Sample::ipv4(random()), &visits);
        most = std::max(most, visits);
        sum += visits;
    }
    CHECK(most <= 26);
    CHECK(sum / 10'000 < 20);
}
