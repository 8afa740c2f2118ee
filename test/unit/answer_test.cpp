// Messages of the DNS, as name servers send them and as they should not.
#include "spliced/resolve/answer.hpp"

#include "catch.hpp"

using namespace spliced;
using resolve::Failure;
using resolve::Kind;

namespace {

/// A message in the making; names are written by hand, with their lengths: "\3web\4test\0".
struct Message {
    std::string bytes;
    unsigned answers = 0;

    explicit Message(std::string_view question = std::string_view("\3web\4test\0", 10)) {
        bytes = std::string("\x12\x34\x81\x80\0\1\0\0\0\0\0\0", 12);
        bytes.append(question);
        bytes.append(std::string("\0\1\0\1", 4));
    }
    Message& add(unsigned type, std::uint32_t ttl, std::string_view data, unsigned cls = 1) {
        bytes.append("\xc0\x0c");  // the name of the question
        put(type, 2);
        put(cls, 2);
        put(ttl, 4);
        put(static_cast<std::uint32_t>(data.size()), 2);
        bytes.append(data);
        bytes[7] = static_cast<char>(++answers);
        return *this;
    }
    void put(std::uint32_t value, int size) {
        while (size-- > 0) bytes += static_cast<char>(value >> (8 * size));
    }
    resolve::Answer read(Kind kind) const {
        return resolve::read_message({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()},
                                     kind);
    }
};

constexpr unsigned a = 1, cname = 5, aaaa = 28, srv = 33;
const std::string_view loopback("\x7f\0\0\1", 4);

std::string service(unsigned weight, unsigned port, std::string_view host) {
    Message data("");
    data.bytes.clear();
    data.put(0, 2);
    data.put(weight, 2);
    data.put(port, 2);
    return data.bytes.append(host);
}

}  // namespace

TEST_CASE("addresses are read, each once, in an order that the name server does not choose") {
    Message message;
    message.add(a, 60, std::string_view("\x0a\0\0\2", 4));
    message.add(a, 30, std::string_view("\x0a\0\0\1", 4));
    message.add(a, 90, std::string_view("\x0a\0\0\2", 4));
    auto answer = message.read(Kind::ipv4);
    REQUIRE(answer.failure == Failure::none);
    REQUIRE(answer.records.size() == 2);
    CHECK(answer.records[0].address.host_text() == "10.0.0.1");
    CHECK(answer.records[1].address.host_text() == "10.0.0.2");
    CHECK(answer.ttl == std::chrono::seconds(30));
}

TEST_CASE("an alias on the way counts for the time to live alone") {
    Message message;
    message.add(cname, 5, std::string_view("\1x\4test\0", 8)).add(a, 60, loopback);
    auto answer = message.read(Kind::ipv4);
    REQUIRE(answer.records.size() == 1);
    CHECK(answer.ttl == std::chrono::seconds(5));
    Message alone;
    alone.add(cname, 5, std::string_view("\1x\4test\0", 8));
    CHECK(alone.read(Kind::ipv4).failure == Failure::nx);
}

TEST_CASE("an IPv6 address is read") {
    Message message;
    message.add(aaaa, 1, std::string_view("\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16));
    auto answer = message.read(Kind::ipv6);
    REQUIRE(answer.records.size() == 1);
    CHECK(answer.records[0].address.host_text() == "2001:db8::1");
    CHECK(message.read(Kind::ipv4).failure == Failure::nx);
}

TEST_CASE("a record of a service has a host, a port and a weight") {
    Message message;
    message.add(srv, 60, service(300, 8001, std::string_view("\1B\4Test\0", 8)));
    message.add(srv, 60, service(0, 8002, std::string_view("\1a\xc0\x10", 4)));  // ".test" of the question
    auto answer = message.read(Kind::service);
    REQUIRE(answer.records.size() == 2);
    CHECK(answer.records[0].host == "a.test");
    CHECK(answer.records[0].port == 8002);
    CHECK(answer.records[0].weight == 0);
    CHECK(answer.records[1].host == "b.test");
    CHECK(answer.records[1].weight == 300);
}

TEST_CASE("a service that is decidedly not available has no record") {
    Message message;
    message.add(srv, 60, service(0, 80, std::string_view("\0", 1)));
    CHECK(message.read(Kind::service).failure == Failure::nx);
}

TEST_CASE("a time to live with the top bit set is none") {
    Message message;
    message.add(a, 0x80000001U, loopback);
    CHECK(message.read(Kind::ipv4).ttl == std::chrono::seconds(0));
}

TEST_CASE("records of another class are not ours") {
    Message message;
    message.add(a, 60, loopback, 3);
    CHECK(message.read(Kind::ipv4).failure == Failure::nx);
}

TEST_CASE("a record that is not what its type promises spoils the answer") {
    Message short_address;
    short_address.add(a, 60, std::string_view("\x7f\0\1", 3));
    CHECK(short_address.read(Kind::ipv4).failure == Failure::other);
    Message no_host;
    no_host.add(srv, 60, service(1, 80, ""));
    CHECK(no_host.read(Kind::service).failure == Failure::other);
    Message circle;
    circle.add(srv, 60, service(1, 80, std::string_view("\xc0\x2c", 2)));  // points at itself
    CHECK(circle.read(Kind::service).failure == Failure::other);
}

TEST_CASE("a message that is cut at any byte is a failure, and nothing worse") {
    Message message;
    message.add(a, 60, loopback).add(srv, 60, service(1, 80, std::string_view("\1b\4test\0", 8)));
    for (std::size_t size = 0; size < message.bytes.size(); ++size) {
        Message cut = message;
        cut.bytes.resize(size);
        CHECK(cut.read(Kind::ipv4).failure == Failure::other);
        CHECK(cut.read(Kind::service).failure == Failure::other);
    }
}
