// The keywords of checks: what is accepted and read back from the dump, and what is refused with which words.
#include <fmt/format.h>

#include "catch.hpp"
#include "fake_environment.hpp"
#include "spliced/base/text.hpp"
#include "spliced/config/quoted_words.hpp"

using namespace spliced::config;

namespace {

const std::string head = "[listen x]\nbind = :80\n";

const Backend& backend_of(const Loaded& loaded) {
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.config);
    return loaded.config->backends[0];
}

/// The first mistake in these lines, without its place; the first of them is line 3.
std::string refusal(const std::string& lines) {
    auto loaded = load_fake(head + lines + "\n");
    INFO(lines);
    REQUIRE_FALSE(loaded.mistakes.empty());
    return loaded.mistakes.front().message;
}

void check_round_trip(const std::string& lines) {
    INFO(lines);
    auto loaded = load_fake(head + lines);
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.config);
    auto text = dump(*loaded.config);
    for (auto line : spliced::split_at(lines, '\n')) {
        auto sides = line.substr(line.find('=') + 1);
        INFO(text);
        CHECK(text.find(std::string(sides) + "\n") != std::string::npos);
    }
    auto again = load_fake(text);
    INFO(mistakes_of(again));
    REQUIRE(again.config);
    CHECK(dump(*again.config) == text);
}

}  // namespace

TEST_CASE("words in quotes and with backslashes are read, and written to be read the same") {
    auto words = quoted_words(R"(send PING\r\n "a b" 'c\d' e\ f \x41\\ ^\d+\.)");
    REQUIRE(words);
    CHECK(*words == std::vector<std::string>{"send", "PING\r\n", "a b", "c\\d", "e f", "A\\", "^\\d+\\."});
    std::string all;
    for (int byte = 1; byte < 256; ++byte) all += static_cast<char>(byte);
    for (const auto& text :
         {all, std::string(), std::string("a;b #c"), std::string("plain"), std::string(" ")}) {
        auto again = quoted_words(quoted(text));
        REQUIRE(again);
        REQUIRE(again->size() == 1);
        CHECK(again->front() == text);
        CHECK(quoted(text).find(';') == std::string::npos);
    }
    CHECK_FALSE(quoted_words("\"open"));
    CHECK_FALSE(quoted_words("\\x4"));
}

TEST_CASE("checks are dumped as they were written") {
    check_round_trip(
        "option tcp-check = yes\ntcp-check = connect port 80 comment \"a b\"\n"
        "tcp-check = send \"PING\\r\\n\"\ntcp-check = expect min-recv 3 ! string \"x y\"\n"
        "tcp-check = send-binary 0a0B\ntcp-check = comment end");
    check_round_trip(
        "option httpchk = GET /health HTTP/1.1\nhttp-check = send hdr Host www body abc\n"
        "http-check = expect status 200-299,404\nhttp-check = disable-on-404");
    check_round_trip("option mysql-check = user haproxy pre-41");
    check_round_trip("option pgsql-check = user haproxy\noption log-health-checks = yes");
    check_round_trip("option smtpchk = EHLO my.dom");
    check_round_trip(
        "server a = 127.0.0.1:1 check check-send-proxy observe layer4 error-limit 3 on-error mark-down "
        "on-marked-down shutdown-sessions on-marked-up shutdown-backup-sessions agent-check agent-port 5 "
        "agent-addr 127.0.0.2 agent-inter 3s agent-send \"a\\x20b\\n\"\nserver b = 127.0.0.1:2 track a");
}

TEST_CASE("the kind of check of a section goes before that of the defaults, and so do its rules") {
    auto loaded = load_fake("[defaults]\noption redis-check = yes\n" + head + "option httpchk = /x\n");
    CHECK(backend_of(loaded).health_check.kind == CheckKind::http);
    loaded = load_fake("[defaults]\noption redis-check = yes\n" + head + "option redis-check = no\n");
    CHECK(backend_of(loaded).health_check.kind == CheckKind::connection);
    loaded = load_fake("[defaults]\noption tcp-check = yes\ntcp-check = send a\ntcp-check = send b\n" + head +
                       "tcp-check = send c\n");
    CHECK(backend_of(loaded).health_check.tcp_rules.size() == 1);
    loaded = load_fake("[defaults]\noption tcp-check = yes\ntcp-check = send a\ntcp-check = send b\n" + head);
    CHECK(backend_of(loaded).health_check.tcp_rules.size() == 2);
}

TEST_CASE("what makes no sense of a check is refused in words") {
    const std::pair<const char*, const char*> cases[] = {
        {"tcp-check = sned x", "'tcp-check': unknown word 'sned'; did you mean 'send'?"},
        {"tcp-check = send", "'tcp-check': the value of 'send' is missing"},
        {"tcp-check = send a b", "'tcp-check': unexpected 'b'"},
        {"tcp-check = send-binary 0x", "'tcp-check': 'binary': '0x' is no even number of hexadecimal digits"},
        {"tcp-check = expect string \"\"", "'tcp-check': 'string': the pattern is empty"},
        {"tcp-check = expect min-recv x string a", "'tcp-check': 'min-recv': 'x' is not a whole number"},
        {"tcp-check = expect ok-status L9 string a",
         "'tcp-check': 'ok-status': 'L9' is none of L7OK L7OKC L6OK L4OK"},
        {"http-check = expect status 2xx",
         "'http-check': 'status': '2xx' is neither a number nor a range like 200-299"},
        {"option smtpchk = HI x", "'option smtpchk': 'HI' is neither HELO nor EHLO"},
        {"option pgsql-check = yes", "'option pgsql-check': a user is missing: write 'user NAME'"},
        {"option redis-check = maybe", "'option redis-check': 'maybe' is neither yes nor no"},
        {"option redis-check = yes\noption httpchk = yes",
         "'option httpchk': 'option redis-check' stands at test.ini:3: servers are checked in one way"},
        {"server a = 127.0.0.1:1 agent-check", "'server a': 'agent-check' needs 'agent-port' beside it"},
        {"server a = 127.0.0.1:1 observe layer7",
         "'server a': observe: 'layer7' is not supported: write 'layer4'"},
        {"server a = 127.0.0.1:1 track nobody",
         "'server a': 'track': there is no server 'nobody' in a backend 'x'"},
        {"server a = 127.0.0.1:1 track a", "'server a': 'track': x/a would track itself in a circle"},
        {"server a = 127.0.0.1:1 check track a",
         "'server a': 'track' takes the health of another server over: remove 'check' and 'agent-check'"},
        {"server a = 127.0.0.1:1\nserver b = 127.0.0.1:1 track a",
         "'server b': 'track': nothing is known of 'a', which has neither 'check' nor 'agent-check'"},
        {"option external-check = yes\nexternal-check command = /x\nserver a = 127.0.0.1:1",
         "'x' has 'option external-check', which needs 'external-check = yes' and 'insecure-fork-wanted = "
         "yes' in [global]"},
        {"tcp-check = expect string a\nserver a = 127.0.0.1:1",
         "'x' has 'tcp-check', which has no effect without 'option tcp-check'"},
    };
    for (const auto& [lines, message] : cases) CHECK(refusal(lines) == message);
    CHECK(refusal("tcp-check = expect rstring (").find("is no regular expression") != std::string::npos);
    CHECK(refusal("tcp-check = send-lf x").find("works on variables") != std::string::npos);
    CHECK(refusal("tcp-check = connect ssl").find("is about TLS") != std::string::npos);
    CHECK(refusal("http-check = send hdr X %[src]").find("write %% for a percent sign") != std::string::npos);
    CHECK(refusal("http-check expect = status 200").find("takes no name: write 'http-check = ...'") !=
          std::string::npos);
}

TEST_CASE("a chain of tracked servers ends at one that is checked, and a circle is refused") {
    auto loaded = load_fake(head +
                            "server a = 127.0.0.1:1 check\nserver b = 127.0.0.1:2 track a\nserver c = "
                            "127.0.0.1:3 track x/b\n");
    const Backend& backend = backend_of(loaded);
    REQUIRE(backend.servers[2].tracked);
    CHECK(backend.servers[2].tracked->server == 1);
    CHECK(refusal("server a = 127.0.0.1:1 track b\nserver b = 127.0.0.1:2 track a").find("in a circle") !=
          std::string::npos);
}
