#include <algorithm>
#include <array>
#include <string>

#include "catch.hpp"
#include "spliced/protocol/client_hello.hpp"

using spliced::protocol::ClientHello;
using spliced::protocol::max_client_hello;
using spliced::protocol::max_client_hello_bytes;
using spliced::protocol::read_client_hello;
using State = spliced::protocol::ClientHello::State;

namespace {

std::string number(std::size_t value, int bytes) {
    std::string text;
    while (bytes-- > 0) text += static_cast<char>(value >> (8 * bytes) & 255);
    return text;
}

std::string field(const std::string& content, int bytes_of_length) {
    return number(content.size(), bytes_of_length) + content;
}

std::string extension(std::size_t type, const std::string& content) {
    return number(type, 2) + field(content, 2);
}

std::string sni(const std::string& name) {
    return extension(0, field(std::string(1, '\0') + field(name, 2), 2));
}

std::string key_share(std::size_t size) {
    return extension(51, field(number(0x11ec, 2) + field(std::string(size, 'k'), 2), 2));
}

std::string message(const std::string& extensions, std::uint8_t type = 1) {
    std::string body = number(0x303, 2) + std::string(32, 'r') + field(std::string(32, 's'), 1) +
                       field(number(0x1301, 2), 2) + field(std::string(1, '\0'), 1);
    if (!extensions.empty()) body += field(extensions, 2);
    return std::string(1, static_cast<char>(type)) + field(body, 3);
}

/// In records of at most `size` bytes.
std::string records(const std::string& handshake, std::size_t size = 16384) {
    std::string bytes;
    for (std::size_t at = 0; at < handshake.size(); at += size)
        bytes += "\x16\x03\x01" + field(handshake.substr(at, size), 2);
    return bytes;
}

struct Reading {
    explicit Reading(std::string_view bytes) : hello(read_client_hello(bytes, room)) {}
    std::array<char, max_client_hello> room{};
    ClientHello hello;
};

const std::string alpn = extension(16, field(field("h2", 1) + field("http/1.1", 1), 2));
const std::string curves = extension(10, field(number(0x11ec, 2) + number(0x1d, 2), 2));
const std::string big = message(curves + key_share(1216) + alpn + sni("mail.example.com"));

}  // namespace

TEST_CASE("A greeting gives its name, protocols and version", "[client_hello]") {
    Reading reading(records(big));
    CHECK(reading.hello.state == State::complete);
    CHECK(reading.hello.type == 1);
    CHECK(reading.hello.version == 0x303);
    CHECK(reading.hello.server_name == "mail.example.com");
    CHECK(reading.hello.protocols == "h2,http/1.1");
    CHECK(reading.hello.names_curves);
}

TEST_CASE("Records may part a greeting anywhere", "[client_hello]") {
    for (std::size_t size = 1; size <= big.size(); size += size < 64 ? 1 : 37) {
        if (records(big, size).size() >= max_client_hello_bytes) continue;
        Reading reading(records(big, size));
        INFO("records of " << size);
        REQUIRE(reading.hello.state == State::complete);
        REQUIRE(reading.hello.server_name == "mail.example.com");
        REQUIRE(reading.hello.protocols == "h2,http/1.1");
    }
}

TEST_CASE("Every beginning of a greeting could become one", "[client_hello]") {
    for (std::size_t size : {std::size_t{3}, std::size_t{100}, std::size_t{16384}}) {
        std::string bytes = records(big, size);
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            // A copy of exactly that size, so that a read past its end is seen by the sanitizer.
            std::string part = bytes.substr(0, length);
            Reading reading(part);
            INFO(length << " bytes of records of " << size);
            REQUIRE(reading.hello.state == State::incomplete);
        }
    }
}

TEST_CASE("What follows a greeting does not matter", "[client_hello]") {
    Reading reading(records(big) + "\x17\x03\x03 early data");
    CHECK(reading.hello.state == State::complete);
    CHECK(reading.hello.server_name == "mail.example.com");
}

TEST_CASE("A greeting without extensions, or with none that matter, is one", "[client_hello]") {
    CHECK(Reading(records(message(""))).hello.state == State::complete);
    CHECK(Reading(records(message(key_share(8)))).hello.state == State::complete);
    CHECK(Reading(records(message(key_share(8)))).hello.server_name.empty());
    CHECK_FALSE(Reading(records(message(key_share(8)))).hello.names_curves);
}

TEST_CASE("What is no TLS is told at its first byte", "[client_hello]") {
    using namespace std::string_literals;
    auto bytes =
        GENERATE("G"s, "GET / HTTP/1.1\r\n"s, "\x16\x02"s, "\x80\x2e\x01\x03\x01"s, "\0"s, "SSH-2.0-x\r\n"s,
                 "\x15\x03\x01\x00\x02\x01\x00"s, "\x16\x03\x01\x00\x00"s, "\x16\x03\x01\x40\x01"s,
                 "\x16\x03\x01\x00\x04\x02\x00\x00\x00"s, "\x16\x03\x01\x00\x04\x01\x00\x40\x00"s);
    CHECK(Reading(bytes).hello.state == State::foreign);
}

TEST_CASE("A greeting whose lengths do not fit is foreign", "[client_hello]") {
    CHECK(Reading(records(std::string(1, '\x01') + field("short", 3))).hello.state == State::foreign);
    std::string too_long_extension = number(0, 2) + number(500, 2) + "x";
    CHECK(Reading(records(message(too_long_extension))).hello.state == State::foreign);
    std::string grown = message(sni("a.example"));
    grown[grown.size() - 1 - std::string("a.example").size()] = '\x7f';  // the name's own length
    CHECK(Reading(records(grown)).hello.server_name.empty());
}

TEST_CASE("A greeting of 16 KiB is read, a longer one is foreign", "[client_hello]") {
    std::string largest = message(
        key_share(max_client_hello - message(key_share(0) + sni("x.example")).size()) + sni("x.example"));
    REQUIRE(largest.size() == max_client_hello);
    CHECK(Reading(records(largest, 4000)).hello.server_name == "x.example");
    std::string larger = message(key_share(max_client_hello) + sni("x.example"));
    CHECK(Reading(records(larger)).hello.state == State::foreign);
}

TEST_CASE("An endless row of tiny records is not waited for", "[client_hello]") {
    std::string bytes = records(message(key_share(10'000)).substr(0, 3000), 1);
    CHECK(bytes.size() >= max_client_hello_bytes);
    CHECK(Reading(bytes).hello.state == State::foreign);
}
