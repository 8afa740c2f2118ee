// `log-format`; the expected lines are what HAProxy 2.6.12 wrote for the same format.
#include "spliced/config/line_format.hpp"

#include "catch.hpp"
#include "spliced/proxy/formatted_line.hpp"
#include "time_zone.hpp"

using namespace spliced;
using config::LineFormat;
using proxy::SessionRecord;

namespace {

os::PeerAddress loopback(std::uint16_t port) {
    return os::PeerAddress(os::Address::ipv4(0x7f000001, port));
}

SessionRecord session() {
    SessionRecord session;
    session.client = loopback(41796);
    session.called = loopback(19001);
    session.from = loopback(45534);
    session.server_address = loopback(19002);
    session.accepted =
        WallTime{} + std::chrono::duration_cast<WallTime::duration>(milliseconds(1795676842634));
    session.frontend = "a";
    session.backend = "b";
    session.server = "s1";
    session.queue_ms = 1;
    session.connect_ms = 2;
    session.total_ms = 10;
    session.bytes_to_client = 5;
    session.bytes_to_server = 3;
    session.process_connections = 2;
    session.frontend_connections = 1;
    session.retries = 4;
    session.server_queue = 6;
    session.backend_queue = 7;
    session.host = "vm";
    return session;
}

std::string line_of(std::string_view format, const SessionRecord& record) {
    TimeZone utc("UTC0");
    proxy::LogDate dates;
    std::string line;
    auto parsed = LineFormat::parse(format);
    REQUIRE(parsed);
    append_formatted(line, *parsed, record, dates);
    return line;
}

std::string mistake_in(std::string_view format) {
    auto parsed = LineFormat::parse(format);
    return parsed ? "none" : parsed.error().message;
}

}  // namespace

TEST_CASE("each variable shows its field") {
    CHECK(line_of("B=%B U=%U ci=%ci cp=%cp fi=%fi fp=%fp bi=%bi bp=%bp si=%si sp=%sp", session()) ==
          "B=5 U=3 ci=127.0.0.1 cp=41796 fi=127.0.0.1 fp=19001 bi=127.0.0.1 bp=45534 si=127.0.0.1 sp=19002");
    CHECK(line_of("f=%f ft=%ft b=%b s=%s Th=%Th Tw=%Tw Tc=%Tc Td=%Td Tt=%Tt Tu=%Tu", session()) ==
          "f=a ft=a b=b s=s1 Th=0 Tw=1 Tc=2 Td=7 Tt=10 Tu=10");
    CHECK(line_of("t=%t T=%T Tl=%Tl Ts=%Ts ms=%ms", session()) ==
          "t=26/Nov/2026:07:07:22.634 T=26/Nov/2026:07:07:22 +0000 Tl=26/Nov/2026:07:07:22 +0000 "
          "Ts=1795676842 ms=634");
    CHECK(line_of("ac=%ac fc=%fc bc=%bc sc=%sc rc=%rc sq=%sq bq=%bq ts=%ts lc=%lc rt=%rt H=%H", session()) ==
          "ac=2 fc=1 bc=0 sc=0 rc=4 sq=6 bq=7 ts=-- lc=0 rt=0 H=vm");
}

TEST_CASE("percent signs, text around and quotes around the whole are kept or left out as HAProxy does") {
    CHECK(line_of("100%% of %f, %s.", session()) == "100% of a, s1.");
    CHECK(line_of("\"%f %s\"", session()) == "a s1");
    CHECK(line_of("no variable", session()) == "no variable");
    CHECK(line_of(" a   %f  %{+Q}o  b", session()) == "a a b");
}

TEST_CASE("what is missing is a dash, quoted nothing, or nothing") {
    SessionRecord none = session();
    none.server = {};
    none.server_address = none.from = {};
    CHECK(line_of("%s %bi %bp %sslc %ID", none) == "<NOSRV> - - - -");
    CHECK(line_of("%{+Q}o %s %bi %bp %sslc", none) == R"("<NOSRV>" "" "" "")");
    CHECK(line_of("[%{-M}sslc]", none) == "[]");
}

TEST_CASE("flags hold for one variable, or with %o for those that follow") {
    CHECK(line_of("%{+Q}o %f %ts %ci %cp %{-Q}f %f", session()) == R"("a" -- "127.0.0.1" 41796 a "a")");
    CHECK(line_of("%{+X}ci:%{+X}cp:%{+X}Ts:%{+X}ms:%{+X}rt:%{+X}Tt:%{+X}B:%{+X}fi %ci", session()) ==
          "7F000001:A344:6B07DAAA:27A:0000:10:5:7F000001 127.0.0.1");
    SessionRecord named = session();
    named.unique_id = "\"1]";
    CHECK(line_of(R"(%{+E}ID %{+Q}ID %{+Q,+E}ID [%ID])", named) == R"(\"1\] ""1]" "\"1\]" ["1]])");
}

TEST_CASE("an early line marks what goes on growing") {
    SessionRecord early = session();
    early.early = true;
    CHECK(line_of("B=%B U=%U Tt=%Tt Tu=%Tu Td=%Td", early) == "B=+5 U=3 Tt=+10 Tu=+10 Td=7");
}

TEST_CASE("IPv6 addresses stand bare, and in hexadecimal whole") {
    in6_addr address{};
    address.s6_addr[0] = 0xfc;
    address.s6_addr[15] = 0x2a;
    SessionRecord six = session();
    six.client = os::PeerAddress(os::Address::ipv6(address, 9));
    CHECK(line_of("%ci:%cp %{+X}ci", six) == "fc00::2a:9 FC00000000000000000000000000002A");
}

TEST_CASE("a client of a unix socket has its bind's number for a port") {
    SessionRecord local = session();
    local.client = local.called = os::PeerAddress(*os::Address::unix_path("/run/x.sock"));
    local.bind_id = 3;
    CHECK(line_of("ci=%ci cp=%cp fi=%fi fp=%fp", local) == "ci=unix cp=3 fi=unix fp=3");
}

TEST_CASE("a client that is not to be named is nowhere in the line") {
    SessionRecord hidden = session();
    hidden.anonymity = config::Anonymity::dropped;
    CHECK(line_of("%ci:%cp %{+X}ci:%{+X}cp %{+Q}ci", hidden) == "-:0 -:0000 \"-\"");
    hidden.anonymity = config::Anonymity::hashed;
    hidden.client_hash = 0x2a;
    CHECK(line_of("%ci:%cp %{+X}ci %{+Q}ci", hidden) ==
          "000000000000002a:0 000000000000002a \"000000000000002a\"");
}

TEST_CASE("a mistake in a format says what to write instead") {
    CHECK(mistake_in("%zz").starts_with("unknown variable '%zz'"));
    CHECK(mistake_in("%Tr") == "variable '%Tr' belongs to HAProxy's HTTP mode");
    CHECK(mistake_in("50%") == "a '%' without a variable; a percent sign itself is '%%'");
    CHECK(mistake_in("%{+Q f") == "the '}' after '%{' is missing");
    CHECK(mistake_in("%{+Z}f") == "unknown flag 'Z' in '%{+Z}'; there are Q, X, M and E");
    CHECK(mistake_in("%[src]").starts_with("sample expressions, '%[...]', are not supported here"));
}

TEST_CASE("only formats that show what a session forgets make it remember") {
    CHECK_FALSE(LineFormat::parse("%ci %s %Tt %B")->uses_facts());
    CHECK(LineFormat::parse("%bi")->uses_facts());
    CHECK(LineFormat::parse("%ID")->uses_facts());
}
