// The codecs of checks: what each makes of whole answers, of answers that come byte by byte, and of nonsense.
#include "catch.hpp"
#include "spliced/protocol/agent_reply.hpp"
#include "spliced/protocol/http_answer.hpp"
#include "spliced/protocol/ldap.hpp"
#include "spliced/protocol/mysql.hpp"
#include "spliced/protocol/postgres.hpp"
#include "spliced/protocol/redis.hpp"
#include "spliced/protocol/smtp.hpp"
#include "spliced/protocol/tls_hello.hpp"

using namespace spliced::protocol;
using namespace std::string_literals;
using Kind = Answer::Kind;

namespace {

/// A whole answer gives `kind`, and so it does byte by byte: incomplete before, and never anything else.
void check_answer(AnswerReader read, const std::string& answer, Kind kind, const std::string& text = "",
                  unsigned code = 0) {
    INFO(answer);
    Answer whole = read(answer, false);
    CHECK(whole.kind == kind);
    CHECK(whole.text == text);
    CHECK(whole.code == code);
    std::size_t size = 0;
    while (read(answer.substr(0, size), false).kind == Kind::incomplete) ++size;
    REQUIRE(size <= answer.size());
    for (; size <= answer.size(); ++size) CHECK(read(answer.substr(0, size), false).kind == kind);
}

/// What is cut off is never incomplete, and never good.
void check_cut(AnswerReader read, const std::string& answer, std::size_t shortest_good) {
    for (std::size_t size = 0; size < shortest_good; ++size) {
        INFO(size);
        Answer cut = read(answer.substr(0, size), true);
        CHECK(cut.kind != Kind::incomplete);
        CHECK(cut.kind != Kind::good);
    }
}

std::string mysql_packet(const std::string& body) {
    return std::string(1, static_cast<char>(body.size())) + "\0\0\0"s + body;
}

}  // namespace

TEST_CASE("a Redis server answers PONG, or says why not") {
    CHECK(redis_ping() == "*1\r\n$4\r\nPING\r\n");
    check_answer(read_redis_pong, "+PONG\r\n", Kind::good, "Redis server is ok");
    check_answer(read_redis_pong, "-NOAUTH Authentication required.\r\n", Kind::wrong,
                 "-NOAUTH Authentication required.");
    check_cut(read_redis_pong, "+PONG\r\n", 7);
}

TEST_CASE("a mail server's reply may have several lines") {
    check_answer(read_smtp_reply, "220 mx.example ESMTP\r\n", Kind::good, "mx.example ESMTP", 220);
    check_answer(read_smtp_reply, "250-mx.example\r\n250-SIZE 1\r\n250 HELP\r\n", Kind::good, "HELP", 250);
    check_answer(read_smtp_reply, "250\r\n", Kind::good, "", 250);
    check_answer(read_smtp_reply, "554 no service\r\n", Kind::wrong, "no service", 554);
    check_answer(read_smtp_reply, "HTTP/1.0 400 Bad\r\n", Kind::invalid, "HTTP/1.0 400 Bad");
    check_cut(read_smtp_reply, "220 hello\r\n", 11);
}

TEST_CASE("a MySQL server greets with its version, or with an error") {
    check_answer(read_mysql_greeting, mysql_packet("\x0a"s + "10.11.6-MariaDB\0rest"s), Kind::good,
                 "10.11.6-MariaDB");
    check_answer(read_mysql_greeting, mysql_packet("\xff\x69\x04"s + "Host is blocked"), Kind::wrong,
                 "Host is blocked", 1129);
    CHECK(read_mysql_greeting("SSH-2.0-OpenSSH\r\n", false).kind == Kind::invalid);
    CHECK(read_mysql_greeting("\0\0\0\0"s, false).kind == Kind::invalid);
    check_cut(read_mysql_greeting, mysql_packet("\x0a"s + "8.0\0"s), 9);
}

TEST_CASE("a MySQL login is written in the dialect of its age, and comes to an OK or an error") {
    CHECK(mysql_login("haproxy", MysqlDialect::post_41) ==
          "\x29\0\0\1\0\x82\0\0\0\0\0\1\x21"s + std::string(23, '\0') + "haproxy\0\0"s);
    CHECK(mysql_login("haproxy", MysqlDialect::pre_41) == "\x0e\0\0\1\0\x80\0\0\1haproxy\0\0"s);
    CHECK(mysql_quit() == "\1\0\0\0\1"s);
    check_answer(read_mysql_login_result, mysql_packet("\0\0\0\2\0\0\0"s), Kind::good);
    check_answer(read_mysql_login_result, mysql_packet("\xfe"s + "mysql_native_password\0"s), Kind::good);
    check_answer(read_mysql_login_result, mysql_packet("\xff\x15\x04#28000Access denied"s), Kind::wrong,
                 "#28000Access denied", 1045);
}

TEST_CASE("a PostgreSQL server asks for authentication, or explains itself") {
    CHECK(postgres_startup("haproxy") == "\0\0\0\x16\0\3\0\0user\0haproxy\0\0"s);
    check_answer(read_postgres_answer, "R\0\0\0\x08\0\0\0\0"s, Kind::good, "PostgreSQL server is ok");
    check_answer(read_postgres_answer, "R\0\0\0\x0c\0\0\0\5abcd"s, Kind::good, "PostgreSQL server is ok");
    check_answer(read_postgres_answer, "R\0\0\0\x08\0\0\0\1"s, Kind::wrong, "PostgreSQL unknown error");
    check_answer(read_postgres_answer, "E\0\0\0\x1dSFATAL\0C28000\0Mno entry\0\0"s, Kind::invalid,
                 "no entry");
    check_answer(read_postgres_answer, "HTTP/1.0 400 Bad\r\n", Kind::wrong, "PostgreSQL unknown error");
    check_cut(read_postgres_answer, "R\0\0\0\x08\0\0\0\0"s, 9);
}

TEST_CASE("an LDAP server takes an anonymous bind, or gives a code") {
    CHECK(ldap_bind().size() == 14);
    check_answer(read_ldap_bind_response, "\x30\x0c\2\1\1\x61\7\x0a\1\0\4\0\4\0"s, Kind::good);
    check_answer(read_ldap_bind_response, "\x30\x0c\2\1\1\x61\7\x0a\1\x31\4\0\4\0"s, Kind::wrong,
                 "See RFC: http://tools.ietf.org/html/rfc4511#section-4.1.9", 49);
    check_answer(read_ldap_bind_response, "HTTP/1.0 400 Bad\r\n", Kind::invalid, "Not LDAPv3 protocol");
    check_answer(read_ldap_bind_response, "\x30\x84\0\0\0\x0c\2\1\1\x61\7\x0a\1\0\4\0\4\0"s, Kind::good);
    check_cut(read_ldap_bind_response, "\x30\x0c\2\1\1\x61\7\x0a\1\0\4\0\4\0"s, 14);
}

TEST_CASE("a TLS hello is a record of its length, and of today's versions") {
    std::string hello = tls_client_hello({});
    REQUIRE(hello.size() > 100);
    auto byte = [&](std::size_t at) { return static_cast<unsigned char>(hello[at]); };
    CHECK(byte(0) == 22);
    CHECK(std::size_t{byte(3)} * 256 + byte(4) == hello.size() - 5);
    CHECK(byte(5) == 1);
    CHECK(std::size_t{byte(7)} * 256 + byte(8) == hello.size() - 9);
    CHECK(hello.find("\0\x2b\0\x09\x08\x03\x04\x03\x03"s) != std::string::npos);
}

TEST_CASE("a TLS server says hello; an alert is a refusal, unless it wants a name") {
    check_answer(read_tls_answer, "\x16\3\3\0\x4a\2\0"s, Kind::good);
    check_answer(read_tls_answer, "\x15\3\1\0\2\2\x28"s, Kind::wrong, "TLS alert: handshake failure");
    check_answer(read_tls_answer, "\x15\3\3\0\2\2\x46"s, Kind::wrong, "TLS alert: protocol version");
    check_answer(read_tls_answer, "\x15\3\3\0\2\2\x70"s, Kind::good, "serves only named hosts");
    check_answer(read_tls_answer, "\x15\3\3\0\2\1\x70\x16\3\3\0\x4a\2\0"s, Kind::good);
    check_answer(read_tls_answer, "HTTP/1.0 400 Bad\r\n", Kind::invalid, "the answer is no TLS");
    check_answer(read_tls_answer, "\x16\3\3\0\x4a\1\0"s, Kind::invalid, "the answer is no TLS");
    check_cut(read_tls_answer, "\x16\3\3\0\x4a\2\0"s, 7);
}

TEST_CASE("a request of HTTP has what its version and its body ask for") {
    CHECK(text_of(HttpRequest{}) == "OPTIONS / HTTP/1.0\r\n\r\n");
    CHECK(text_of(HttpRequest{"POST", "/x", "HTTP/1.1", {{"Host", "a"}}, "abc"}) ==
          "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc");
}

TEST_CASE("an answer of HTTP is known once its head is whole, and its body once that has ended") {
    using State = HttpAnswer::State;
    std::string text = "HTTP/1.1 404 Not Found\r\nServer: x\r\nContent-Length: 5\r\n\r\nhello";
    for (std::size_t size = 0; size < text.size() - 5; ++size)
        CHECK(read_http_answer(text.substr(0, size), false).state == State::incomplete);
    CHECK(read_http_answer(text.substr(0, text.size() - 1), false).state == State::head);
    HttpAnswer answer = read_http_answer(text, false);
    CHECK(answer.state == State::whole);
    CHECK(answer.status == 404);
    CHECK(answer.reason == "Not Found");
    CHECK(answer.body == "hello");
    CHECK(read_http_answer("HTTP/1.0 200\r\n\r\nabc", true).body == "abc");
    CHECK(read_http_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", false).state ==
          State::head);
    CHECK(read_http_answer(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\n\r\n", false)
              .body == "abc");
    CHECK(read_http_answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", true).status == 200);
    for (auto bad :
         {"SSH-2.0", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "\r\n"})
        CHECK(read_http_answer(bad, false).state == State::invalid);
    CHECK(read_http_answer("HTTP/1.0 200 OK\r\nServer", true).state == State::invalid);
}

TEST_CASE("an agent's line is words in any order") {
    auto reply = read_agent_reply("UP,50%\tready maxconn:7 # all well");
    CHECK(reply.health == AgentReply::Health::up);
    CHECK(reply.health_word == "UP");
    CHECK(reply.weight == "50%");
    CHECK(reply.admin == AgentReply::Admin::ready);
    CHECK(reply.maxconn == "7");
    CHECK(reply.description == "all well");
    CHECK(reply.unknown.empty());
    CHECK(read_agent_reply("down#text").unknown == "down#text");
    CHECK(read_agent_reply("fail oh no").unknown == "oh");
    CHECK(read_agent_reply("-5%").unknown == "-5%");
    CHECK_FALSE(read_agent_reply("").health);
}

TEST_CASE("an agent's line counts once it has ended") {
    CHECK(read_agent_line("up\nfail\n", false).text == "up");
    CHECK(read_agent_line("up\r\n", false).text == "up");
    CHECK(read_agent_line("up", false).kind == Kind::incomplete);
    CHECK(read_agent_line("up", true).kind == Kind::invalid);
}
