// Keys of stick tables: the casts of HAProxy, and how keys are read and shown.
#include <string>

#include "catch.hpp"
#include "spliced/os/endpoint.hpp"
#include "spliced/stick/key.hpp"

using namespace spliced;
using namespace spliced::stick;
using config::StickKey;

namespace {

os::Address address(const char* text) {
    auto endpoint = os::parse_endpoint(text, os::PortRule::required);
    return *os::address_of(*endpoint, {});
}

/// Empty where there is none.
std::string shown(const KeyShape& shape, const std::optional<Key>& key) {
    return key ? text_of(shape, key->bytes()) : std::string();
}

std::string from_address(StickKey type, const char* text, std::size_t length) {
    KeyShape shape{type, length};
    return shown(shape, key_of(shape, address(text)));
}

}  // namespace

TEST_CASE("an address becomes the key that the table's type asks for") {
    CHECK(from_address(StickKey::ip, "127.0.0.1:5", 4) == "127.0.0.1");
    CHECK(from_address(StickKey::ip, "[::ffff:10.0.0.9]:5", 4) == "10.0.0.9");
    CHECK(from_address(StickKey::ip, "[fc00::1]:5", 4).empty());
    CHECK(from_address(StickKey::ipv6, "10.0.0.9:5", 16) == "::ffff:10.0.0.9");
    CHECK(from_address(StickKey::ipv6, "[fc00:dead:beef:4dad::0:2d]:45", 16) == "fc00:dead:beef:4dad::2d");
    CHECK(from_address(StickKey::integer, "127.0.0.1:5", 4) == "2130706433");
    CHECK(from_address(StickKey::integer, "[::1]:5", 4).empty());
    CHECK(from_address(StickKey::string, "[::1]:5", 31) == "::1");
    CHECK(from_address(StickKey::string, "127.0.0.100:5", 5) == "127.0");
    CHECK(from_address(StickKey::binary, "127.0.0.1:5", 4) == "7F000001");
    CHECK(from_address(StickKey::binary, "127.0.0.1:5", 6) == "7F0000010000");
    CHECK(from_address(StickKey::binary, "[::1]:5", 2) == "0000");
}

TEST_CASE("a unix socket is no key") {
    CHECK_FALSE(key_of(KeyShape{StickKey::string, 31}, *os::Address::unix_path("/run/x")));
}

TEST_CASE("the port is no part of a key") {
    KeyShape shape{StickKey::ip, 4};
    CHECK(key_of(shape, address("10.0.0.1:1"))->bytes() == key_of(shape, address("10.0.0.1:2"))->bytes());
}

TEST_CASE("a number becomes the key that the table's type asks for") {
    auto from = [](StickKey type, std::size_t length, std::int64_t number) {
        KeyShape shape{type, length};
        return shown(shape, key_of(shape, number));
    };
    CHECK(from(StickKey::integer, 4, 12) == "12");
    CHECK(from(StickKey::integer, 4, -1) == "4294967295");
    CHECK(from(StickKey::ip, 4, 0x7f000001) == "127.0.0.1");
    CHECK(from(StickKey::string, 31, -12) == "-12");
    CHECK(from(StickKey::binary, 8, 258) == "0000000000000102");
}

TEST_CASE("a text becomes the key that the table's type asks for") {
    auto from = [](StickKey type, std::size_t length, std::string_view text) {
        KeyShape shape{type, length};
        return shown(shape, key_of(shape, text));
    };
    CHECK(from(StickKey::string, 31, "www.example.org") == "www.example.org");
    CHECK(from(StickKey::string, 3, "www.example.org") == "www");
    CHECK(from(StickKey::binary, 3, "ab") == "616200");
    CHECK(from(StickKey::ip, 4, "1.2.3.4") == "1.2.3.4");
    CHECK(from(StickKey::ip, 4, "foo").empty());
}

TEST_CASE("an administrator writes keys as they are shown") {
    auto parsed = [](StickKey type, std::size_t length, const char* text) {
        KeyShape shape{type, length};
        return shown(shape, parse_key(shape, text));
    };
    CHECK(parsed(StickKey::ip, 4, "1.2.3.4") == "1.2.3.4");
    CHECK(parsed(StickKey::ip, 4, "::1").empty());
    CHECK(parsed(StickKey::ip, 4, "x").empty());
    CHECK(parsed(StickKey::ipv6, 16, "::FFFF:1.2.3.4") == "::ffff:1.2.3.4");
    CHECK(parsed(StickKey::ipv6, 16, "1.2.3.4").empty());
    CHECK(parsed(StickKey::integer, 4, "4294967295") == "4294967295");
    for (const char* wrong : {"-5", "4294967296", "abc", "", "1x"})
        CHECK(parsed(StickKey::integer, 4, wrong).empty());
    CHECK(parsed(StickKey::string, 31, "a b=c\\\x01") == "a\\ b\\=c\\\\\\x01");
    CHECK(parsed(StickKey::binary, 4, "6162").empty());
}

TEST_CASE("keys of one length differ where their bytes do, and strings where their lengths do") {
    KeyShape shape{StickKey::string, 31};
    CHECK(key_of(shape, std::string_view("a"))->bytes() != key_of(shape, std::string_view("a "))->bytes());
    CHECK(key_of(shape, std::string_view("a"))->bytes() == key_of(shape, std::string_view("a"))->bytes());
}
