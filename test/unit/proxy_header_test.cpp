// PROXY protocol headers of both versions: what is read, what is refused, and what is written.
#include "spliced/protocol/proxy_header.hpp"

#include <array>

#include "catch.hpp"
#include "spliced/protocol/source_list.hpp"
#include "spliced/protocol/tlv.hpp"

namespace {

using namespace spliced::protocol;
using namespace std::string_literals;
using spliced::os::Address;
using State = HeaderReading::State;

const std::string signature = "\r\n\r\n\0\r\nQUIT\n"s;

Address ipv4(std::uint32_t host, std::uint16_t port) {
    return Address::ipv4(host, port);
}
Address ipv6(unsigned char first, unsigned char last, std::uint16_t port) {
    in6_addr host{};
    host.s6_addr[0] = first;
    host.s6_addr[15] = last;
    return Address::ipv6(host, port);
}

/// Version 2 with these bytes behind the signature's version, family and length.
std::string v2(unsigned char command, unsigned char family, const std::string& body) {
    std::string bytes = signature;
    bytes += static_cast<char>(command);
    bytes += static_cast<char>(family);
    bytes += static_cast<char>(body.size() >> 8);
    bytes += static_cast<char>(body.size() & 0xFF);
    return bytes + body;
}

const std::string v4_body = "\x01\x02\x03\x04\x05\x06\x07\x08\x00\x0b\x00\x16"s;
const std::string v6_body =
    "\xfc"s + std::string(14, '\0') + "\x01"s + std::string(15, '\0') + "\x02"s + "\x00\x05\x00\x50"s;

std::string tlv(std::uint8_t type, const std::string& value) {
    std::string bytes;
    append_tlv(bytes, type, value);
    return bytes;
}

/// "SOURCE>DESTINATION", "-" where the connection's own addresses hold.
std::string announced(const HeaderReading& reading) {
    const auto& [source, destination, authority, unique_id] = reading.header;
    return source.family() == AF_UNSPEC ? "-" : source.text() + ">" + destination.text();
}

struct Sound {
    std::string bytes;
    std::string announced;
};

const Sound sound[] = {
    {"PROXY TCP4 1.2.3.4 5.6.7.8 11 22\r\n", "1.2.3.4:11>5.6.7.8:22"},
    {"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
     "255.255.255.255:65535>255.255.255.255:65535"},
    {"PROXY TCP4 1.2.3.4 5.6.7.8 0 022\r\n", "1.2.3.4:0>5.6.7.8:22"},
    {"PROXY TCP6 fc00::1 ::2 5 80\r\n", "[fc00::1]:5>[::2]:80"},
    {"PROXY TCP6 fc00:dead:beef:4dad::0:2d ::1 45 80\r\n", "[fc00:dead:beef:4dad::2d]:45>[::1]:80"},
    {"PROXY TCP6 fc00:dead:beef:4dad::1:0 ::1 0 80\r\n", "[fc00:dead:beef:4dad::1:0]:0>[::1]:80"},
    {"PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 "
     "65535\r\n",
     "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535>[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"},
    {"PROXY UNKNOWN\r\n", "-"},
    {"PROXY UNKNOWN fc00::1 anything at all\r\n", "-"},
    {"PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 "
     "65535\r\n",
     "-"},
    {v2(0x21, 0x11, v4_body), "1.2.3.4:11>5.6.7.8:22"},
    {v2(0x21, 0x21, v6_body), "[fc00::1]:5>[::2]:80"},
    {v2(0x20, 0x00, ""), "-"},
    {v2(0x20, 0x11, v4_body), "-"},
    {v2(0x20, 0xFF, "what this holds has no meaning"), "-"},
    {v2(0x21, 0x00, ""), "-"},
    {v2(0x21, 0x00, "nor this"), "-"},
    {v2(0x21, 0x31, std::string(216, 'u')), "-"},
    {v2(0x21, 0x31, std::string(216, 'u') + tlv(4, "noop")), "-"},
    {v2(0x21, 0x11, v4_body + tlv(4, "") + tlv(0xE0, "custom")), "1.2.3.4:11>5.6.7.8:22"},
    {v2(0x21, 0x11, v4_body + tlv(4, std::string(65000, 'n'))), "1.2.3.4:11>5.6.7.8:22"},
    // as HAProxy 2.6 wrote them
    {v2(0x21, 0x11, v4_body + tlv(3, "\xa2\xe2\xa4\x92") + tlv(5, "abc")), "1.2.3.4:11>5.6.7.8:22"},
    {v2(0x20, 0x00, tlv(3, "\xa9\xb8~\x8f")), "-"},
};

struct Refused {
    std::string bytes;
    State state;
};

const Refused refused[] = {
    {"GET / HTTP/1.0\r\n\r\n", State::not_a_header},
    {"proxy TCP4 1.2.3.4 5.6.7.8 11 22\r\n", State::not_a_header},
    {"PROXYTCP4", State::not_a_header},
    {"\r\n\r\nA", State::not_a_header},
    {"PROXY TCP4 1.2.3.4 5.6.7.8 11 22\n", State::invalid},
    {"PROXY TCP4 1.2.3.4 5.6.7.8 11\r\n", State::invalid},
    {"PROXY TCP4 1.2.3.4 5.6.7.8 11 22 \r\n", State::invalid},
    {"PROXY TCP4  1.2.3.4 5.6.7.8 11 22\r\n", State::invalid},
    {"PROXY TCP4 1.2.3.4 5.6.7.8 11 22 33\r\n", State::invalid},
    {"PROXY TCP4 1.2.3.4 5.6.7.8 99999 22\r\n", State::invalid},
    {"PROXY TCP4 1.2.3.4 5.6.7.8 65536 22\r\n", State::invalid},
    {"PROXY TCP4 1.2.3.4 5.6.7.8 000011 22\r\n", State::invalid},
    {"PROXY TCP4 1.2.3.4 5.6.7.8 -1 22\r\n", State::invalid},
    {"PROXY TCP4 1.2.3.4 5.6.7.8 +1 22\r\n", State::invalid},
    {"PROXY TCP4 1.2.3.4 5.6.7.8 1x 22\r\n", State::invalid},
    {"PROXY TCP4 01.2.3.4 5.6.7.8 11 22\r\n", State::invalid},
    {"PROXY TCP4 1.2.3 5.6.7.8 11 22\r\n", State::invalid},
    {"PROXY TCP4 ::1 ::2 11 22\r\n", State::invalid},
    {"PROXY TCP6 1.2.3.4 5.6.7.8 11 22\r\n", State::invalid},
    {"PROXY TCP6 ::1%lo ::2 11 22\r\n", State::invalid},
    {"PROXY TCP4\r\n", State::invalid},
    {"PROXY \r\n", State::unhandled},
    {"PROXY UNKNOWNS\r\n", State::unhandled},
    {"PROXY UDP4 1.2.3.4 5.6.7.8 11 22\r\n", State::unhandled},
    {"PROXY UNKNOWN " + std::string(93, 'x'), State::invalid},
    {signature + "\x11\x11", State::not_a_header},
    {signature + "\x31\x11", State::not_a_header},
    {signature + "\x22\x11", State::invalid},
    {v2(0x21, 0x12, v4_body), State::unhandled},
    {v2(0x21, 0x41, v4_body), State::unhandled},
    {v2(0x21, 0x11, v4_body.substr(1)), State::invalid},
    {v2(0x21, 0x21, v4_body), State::invalid},
    {v2(0x21, 0x31, std::string(215, 'u')), State::invalid},
    {v2(0x21, 0x11, v4_body + "\x04"), State::invalid},
    {v2(0x21, 0x11, v4_body + "\x04\x00\x02n"s), State::invalid},
    {v2(0x21, 0x11, v4_body + tlv(3, "\xa2\xe2\xa4\x93")), State::invalid},
    {v2(0x21, 0x11, v4_body + tlv(3, "abc")), State::invalid},
    {v2(0x20, 0x00, tlv(3, "\xa9\xb8~\x8e")), State::invalid},
};

}  // namespace

TEST_CASE("a header is read whole, whatever follows it", "[proxy-header]") {
    for (const Sound& row : sound) {
        INFO(row.bytes);
        for (const std::string& tail : {""s, "GET /"s, "\0\r\n"s}) {
            HeaderReading reading = read_proxy_header(row.bytes + tail);
            CHECK(reading.state == State::complete);
            CHECK(reading.size == row.bytes.size());
            CHECK(announced(reading) == row.announced);
        }
    }
}

TEST_CASE("a header may arrive in any pieces: every beginning of it is incomplete", "[proxy-header]") {
    for (const Sound& row : sound) {
        INFO(row.bytes);
        std::size_t step = row.bytes.size() > 1000 ? 997 : 1;
        for (std::size_t size = 0; size < row.bytes.size(); size += step)
            CHECK(read_proxy_header(row.bytes.substr(0, size)).state == State::incomplete);
    }
}

TEST_CASE("what is no sound header is told apart by what is wrong with it", "[proxy-header]") {
    for (const Refused& row : refused) {
        INFO(row.bytes);
        CHECK(read_proxy_header(row.bytes).state == row.state);
    }
}

TEST_CASE("the longest header of version 1 is 107 bytes, and no more is waited for", "[proxy-header]") {
    std::string line = "PROXY UNKNOWN " + std::string(91, 'x');
    CHECK(read_proxy_header(line + "\r\n").state == State::complete);
    CHECK(read_proxy_header(line + "x").state == State::incomplete);
    CHECK(read_proxy_header(line + "x\r\n").state == State::invalid);
}

TEST_CASE("authority and unique id are read out of the extensions", "[proxy-header]") {
    std::string bytes = v2(0x21, 0x11, v4_body + tlv(2, "a.example") + tlv(5, "id-1"));
    HeaderReading reading = read_proxy_header(bytes);
    CHECK(reading.header.authority == "a.example");
    CHECK(reading.header.unique_id == "id-1");
}

TEST_CASE("headers are written byte for byte as HAProxy 2.6 writes them", "[proxy-header]") {
    Address client = ipv4(0x7F000001, 40000);
    Address here = ipv4(0x7F000001, 8080);
    Address unix_client;
    CHECK(proxy_header_v1(client, here) == "PROXY TCP4 127.0.0.1 127.0.0.1 40000 8080\r\n");
    CHECK(proxy_header_v1(ipv6(0xfc, 1, 5), ipv6(0, 2, 80)) == "PROXY TCP6 fc00::1 ::2 5 80\r\n");
    CHECK(proxy_header_v1(unix_client, here) == "PROXY UNKNOWN\r\n");
    CHECK(proxy_header_v1(client, unix_client) == "PROXY UNKNOWN\r\n");
    CHECK(proxy_header_v1(client, ipv6(0, 2, 80)) == "PROXY TCP6 ::ffff:127.0.0.1 ::2 40000 80\r\n");
    CHECK(proxy_header_v2(client, here) ==
          signature + "\x21\x11\x00\x0c\x7f\x00\x00\x01\x7f\x00\x00\x01\x9c\x40\x1f\x90"s);
    CHECK(proxy_header_v2(unix_client, here) == signature + "\x20\x00\x00\x00"s);
    CHECK(proxy_header_v2(ipv6(0xfc, 1, 5), ipv6(0, 2, 80)) == v2(0x21, 0x21, v6_body));
    std::string mixed = proxy_header_v2(ipv6(0xfc, 1, 5), here);
    CHECK(mixed.substr(12, 4) == "\x21\x21\x00\x24"s);
    CHECK(announced(read_proxy_header(mixed)) == "[fc00::1]:5>[::ffff:127.0.0.1]:8080");
    Address source = ipv4(0x01020304, 11);
    Address destination = ipv4(0x05060708, 22);
    CHECK(proxy_header_v2(source, destination, {true, "", "abc"}) ==
          signature + "\x21\x11\x00\x19"s + v4_body + "\x03\x00\x04\xa2\xe2\xa4\x92\x05\x00\x03"s + "abc");
    CHECK(proxy_header_v2(unix_client, unix_client, {true, "", ""}) ==
          signature + "\x20\x00\x00\x07\x03\x00\x04\xa9\xb8~\x8f"s);
    CHECK(proxy_header_v2(unix_client, unix_client, {true, "", "abc"}) ==
          signature + "\x20\x00\x00\x0d\x03\x00\x04\\Dp\xfa\x05\x00\x03"s + "abc");
}

TEST_CASE("what is written is read back to the same", "[proxy-header]") {
    const Address addresses[] = {ipv4(0x01020304, 0), ipv4(0xFFFFFFFF, 65535), ipv6(0xfc, 9, 1),
                                 ipv6(0, 1, 65535)};
    for (const Address& source : addresses)
        for (const Address& destination : addresses) {
            auto mapped = read_proxy_header(proxy_header_v1(source, destination));
            CHECK(mapped.state == State::complete);
            auto v2_reading =
                read_proxy_header(proxy_header_v2(source, destination, {true, "a.example", "id"}));
            CHECK(v2_reading.state == State::complete);
            CHECK(v2_reading.header.authority.size() == 9);
            CHECK(announced(v2_reading) == announced(mapped));
        }
}

TEST_CASE("a list of networks knows its own", "[proxy-header]") {
    auto list = SourceList::parse("127.0.0.0/8, 10.0.0.1,fd00::/8,2001:db8::1");
    REQUIRE(list);
    CHECK(list->text() == "127.0.0.0/8,10.0.0.1,fd00::/8,2001:db8::1");
    CHECK(list->contains(ipv4(0x7FFFFFFF, 1)));
    CHECK_FALSE(list->contains(ipv4(0x80000000, 1)));
    CHECK(list->contains(ipv4(0x0A000001, 1)));
    CHECK_FALSE(list->contains(ipv4(0x0A000002, 1)));
    CHECK(list->contains(ipv6(0xfd, 7, 1)));
    CHECK_FALSE(list->contains(ipv6(0xfc, 7, 1)));
    CHECK_FALSE(list->contains(*Address::unix_path("/x")));
    CHECK_FALSE(list->contains(Address()));
    in6_addr mapped{};
    mapped.s6_addr[10] = mapped.s6_addr[11] = 0xFF;
    mapped.s6_addr[12] = 127;
    CHECK(list->contains(Address::ipv6(mapped, 1)));
    CHECK(SourceList::parse("unix")->contains(*Address::unix_path("/x")));
    CHECK(SourceList::parse("0.0.0.0/0")->contains(ipv4(0x01020304, 1)));
    CHECK_FALSE(SourceList::parse("0.0.0.0/0")->contains(ipv6(1, 1, 1)));
    CHECK(SourceList::parse("192.168.0.0/17")->contains(ipv4(0xC0A87FFF, 1)));
    CHECK_FALSE(SourceList::parse("192.168.0.0/17")->contains(ipv4(0xC0A88000, 1)));
    for (const char* bad : {"", "10.0.0.0/33", "::/129", "10.0.0", "10.0.0.1,", "example.org", "10.0.0.0/x"})
        CHECK_FALSE(SourceList::parse(bad));
}
