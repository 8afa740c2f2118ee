// The lines about sessions; the expected ones are HAProxy 2.6.12's own but for ports and dates.
#include "spliced/proxy/tcplog.hpp"

#include "catch.hpp"
#include "time_zone.hpp"

using namespace spliced;
using proxy::SessionRecord;

namespace {

/// 2026-11-23 02:36:05 UTC.
WallTime at(milliseconds after = milliseconds(0)) {
    return WallTime{} + std::chrono::duration_cast<WallTime::duration>(seconds(1795401365) + after);
}

os::Address ipv6(const char* bytes, std::uint16_t port) {
    in6_addr address{};
    std::copy(bytes, bytes + 16, address.s6_addr);
    return os::Address::ipv6(address, port);
}

SessionRecord normal_session() {
    SessionRecord session;
    session.client = os::PeerAddress(os::Address::ipv4(0x7f000001, 43438));
    session.bind_id = 1;
    session.accepted = at(milliseconds(629));
    session.frontend = "fe";
    session.backend = "be";
    session.server = "s1";
    session.queue_ms = 0;
    session.connect_ms = 0;
    session.bytes_to_client = 3;
    session.process_connections = 1;
    session.frontend_connections = 1;
    return session;
}

std::string line_of(const SessionRecord& session) {
    std::string line;
    proxy::LogDate dates;
    proxy::append_tcplog(line, session, dates);
    return line;
}

}  // namespace

TEST_CASE("a session that went well has HAProxy's tcplog line") {
    TimeZone utc("UTC0");
    CHECK(line_of(normal_session()) ==
          "127.0.0.1:43438 [23/Nov/2026:02:36:05.629] fe be/s1 0/0/0 3 -- 1/1/0/0/0 0/0");
}

TEST_CASE("every field of the line has its place") {
    TimeZone utc("UTC0");
    SessionRecord session = normal_session();
    session.queue_ms = 11;
    session.connect_ms = 12;
    session.total_ms = 9'000'000'013;
    session.bytes_to_client = 18'446'744'073'709'551'615U;
    session.cause = 's';
    session.phase = 'D';
    session.process_connections = 21;
    session.frontend_connections = 22;
    session.backend_connections = 23;
    session.server_connections = 24;
    session.retries = 2;
    session.server_queue = 31;
    session.backend_queue = 32;
    CHECK(line_of(session) ==
          "127.0.0.1:43438 [23/Nov/2026:02:36:05.629] fe be/s1 11/12/9000000013 18446744073709551615 sD "
          "21/22/23/24/2 31/32");
}

TEST_CASE("a session without a server shows its frontend and <NOSRV>") {
    TimeZone utc("UTC0");
    SessionRecord session = normal_session();
    session.backend = {};
    session.server = {};
    session.queue_ms = session.connect_ms = -1;
    session.bytes_to_client = 0;
    session.cause = 'S';
    session.phase = 'C';
    CHECK(line_of(session) ==
          "127.0.0.1:43438 [23/Nov/2026:02:36:05.629] fe fe/<NOSRV> -1/-1/0 0 SC 1/1/0/0/0 0/0");
}

TEST_CASE("a line written before the end marks what still grows with a plus") {
    TimeZone utc("UTC0");
    SessionRecord session = normal_session();
    session.early = true;
    session.backend_connections = session.server_connections = 1;
    session.bytes_to_client = 0;
    CHECK(line_of(session) ==
          "127.0.0.1:43438 [23/Nov/2026:02:36:05.629] fe be/s1 0/0/+0 +0 -- 1/1/1/1/0 0/0");
}

TEST_CASE("a redispatched session has a plus before its retries") {
    SessionRecord session = normal_session();
    session.retries = 3;
    session.redispatched = true;
    CHECK(line_of(session).find(" 1/1/0/0/+3 0/0") != std::string::npos);
}

TEST_CASE("clients are shown as HAProxy shows them") {
    SessionRecord session = normal_session();
    session.client = os::PeerAddress(ipv6("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 33158));
    CHECK(line_of(session).starts_with("::1:33158 ["));
    session.client = os::PeerAddress(ipv6("\0\0\0\0\0\0\0\0\0\0\xff\xff\x7f\0\0\1", 56604));
    CHECK(line_of(session).starts_with("::ffff:127.0.0.1:56604 ["));
    session.client = os::PeerAddress(*os::Address::unix_path("/run/x.sock"));
    session.bind_id = 3;
    CHECK(line_of(session).starts_with("unix:3 ["));
    session.client = os::PeerAddress();
    CHECK(line_of(session).starts_with("unix:3 ["));
}

TEST_CASE("a remembered date is not shown for another second") {
    TimeZone utc("UTC0");
    proxy::LogDate dates;
    SessionRecord session = normal_session();
    auto date_at = [&](milliseconds after) {
        session.accepted = at(after);
        std::string line;
        proxy::append_tcplog(line, session, dates);
        return line.substr(line.find('['), line.find(']') - line.find('[') + 1);
    };
    CHECK(date_at(milliseconds(0)) == "[23/Nov/2026:02:36:05.000]");
    CHECK(date_at(milliseconds(999)) == "[23/Nov/2026:02:36:05.999]");
    CHECK(date_at(milliseconds(1000)) == "[23/Nov/2026:02:36:06.000]");
    CHECK(date_at(milliseconds(-1)) == "[23/Nov/2026:02:36:04.999]");
    CHECK(date_at(seconds(86'400 * 8)) == "[01/Dec/2026:02:36:05.000]");
}

TEST_CASE("lines are appended to what the string holds and need no more room than it has") {
    proxy::LogDate dates;
    std::string line = "kept ";
    line.reserve(512);
    const char* memory = line.data();
    proxy::append_tcplog(line, normal_session(), dates);
    CHECK(line.starts_with("kept 127.0.0.1:43438 ["));
    CHECK(line.data() == memory);
}

TEST_CASE("without tcplog a connection is announced at its start") {
    auto announced = [](const os::Address& client, const os::Address& local) {
        SessionRecord session = normal_session();
        session.client = os::PeerAddress(client);
        session.bind_id = 3;
        std::string line;
        proxy::append_connect_line(line, session, local);
        return line;
    };
    CHECK(announced(os::Address::ipv4(0x7f000001, 40746), os::Address::ipv4(0x7f000001, 80)) ==
          "Connect from 127.0.0.1:40746 to 127.0.0.1:80 (fe/TCP)");
    auto loopback = ipv6("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 54749);
    CHECK(announced(loopback, loopback) == "Connect from ::1:54749 to ::1:54749 (fe/TCP)");
    CHECK(announced(os::Address(), *os::Address::unix_path("/run/x.sock")) == "Connect to unix:3 (fe/TCP)");
}

TEST_CASE("a connection that became no session has a short line with the listener's name and the reason") {
    TimeZone utc("UTC0");
    proxy::LogDate dates;
    std::string line;
    auto session = normal_session();
    session.refusal = "Truncated PROXY protocol header received";
    proxy::append_refusal(line, session, "door", dates);
    CHECK(line ==
          "127.0.0.1:43438 [23/Nov/2026:02:36:05.629] fe/door: Truncated PROXY protocol header received");
    auto local = normal_session();
    local.client = os::PeerAddress(*os::Address::unix_path("/x"));
    local.refusal = "why";
    line.clear();
    proxy::append_refusal(line, local, "1", dates);
    CHECK(line == "unix:1 [23/Nov/2026:02:36:05.629] fe/1: why");
}
