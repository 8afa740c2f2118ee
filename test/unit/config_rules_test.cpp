// Rules in the configuration: what a file says, what the dump says of it, and what is refused.
#include "catch.hpp"
#include "fake_environment.hpp"
#include "spliced/config/difference.hpp"
#include "spliced/config/load.hpp"

using namespace spliced::config;

namespace {

const std::string backends = "[backend a]\nserver s1 = 127.0.0.1:1\n[backend b]\nserver s2 = 127.0.0.1:2\n";

std::string frontend(const std::string& lines) {
    return "[frontend f]\nbind = 127.0.0.1:80\ndefault_backend = a\n" + lines + backends;
}

std::string errors(const std::string& lines) {
    return mistakes_of(load_fake(frontend(lines), {{"nets", "10.0.0.0/8\n"}, {"bad", "\nx\n"}}));
}

std::string dump_of(const std::string& text, const std::string& nets = "10.0.0.0/8\n") {
    auto loaded = load_fake(text, {{"nets", nets}});
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.config);
    return dump(*loaded.config);
}

}  // namespace

TEST_CASE("Rules keep their order, and the dump loads as the same", "[rules]") {
    std::string text = frontend(
        "acl office = src 10.0.0.0/8\nacl office = src 192.168.0.0/16\nacl listed = src -f nets\n"
        "tcp-request inspect-delay = 5s\n"
        "tcp-request = content accept if { req.ssl_hello_type 1 }\n"
        "tcp-request = connection reject if !office { nbsrv(b) lt 1 } or listed\n"
        "tcp-request = session silent-drop if { fe_conn gt 100 }\n"
        "use_backend b = if { req.ssl_sni -m reg '^a b$' \"it's\" }\n"
        "use_backend a = unless { srv_is_up(b/s2) }\n");
    auto loaded = load_fake(text, {{"nets", "10.0.0.0/8\n"}});
    CHECK(mistakes_of(loaded).empty());
    REQUIRE(loaded.config);
    const Frontend& front = loaded.config->frontends[0];
    CHECK(front.inspect_delay == std::chrono::seconds(5));
    REQUIRE(front.rules.backends.size() == 2);
    CHECK(front.rules.backends[0].backend == 1);
    CHECK(front.rules.backends[1].backend == 0);
    CHECK(front.rules.requests.connection.size() == 1);
    CHECK(front.rules.requests.session.size() == 1);
    CHECK(front.rules.requests.content.size() == 1);
    CHECK(front.rules.pattern_files.size() == 1);
    std::string once = dump_of(text);
    CHECK(once.find("use_backend b       = if { req.ssl_sni -m reg \"^a b$\" \"it's\" }\n") !=
          std::string::npos);
    CHECK(dump_of(once) == once);
}

TEST_CASE("A listen's rules are looked at once, and a backend has rules of its own", "[rules]") {
    auto loaded = load_fake(
        "[listen l]\nbind = 127.0.0.1:80\nserver s = 127.0.0.1:1\ntcp-request = content reject if { nbsrv lt "
        "1 }\n"
        "[backend b]\nserver s = 127.0.0.1:1\ntcp-request inspect-delay = 1s\nacl some = req.len gt 0\n"
        "tcp-request = content accept if some\nuse-server s = if some { nbsrv 1 } { srv_is_up(s) }\n");
    CHECK(mistakes_of(loaded).empty());
    REQUIRE(loaded.config);
    CHECK(loaded.config->backends[0].rules.requests.empty());
    CHECK(loaded.config->frontends[0].rules.requests.content.size() == 1);
    CHECK(loaded.config->backends[1].rules.requests.content.size() == 1);
    CHECK(loaded.config->backends[1].inspect_delay == std::chrono::seconds(1));
    CHECK(loaded.config->backends[1].server_rules.size() == 1);
}

TEST_CASE("A frontend may have rules alone and no default_backend", "[rules]") {
    auto loaded = load_fake("[frontend f]\nbind = 127.0.0.1:80\nuse_backend a = if TRUE\n" + backends);
    CHECK(mistakes_of(loaded).empty());
}

TEST_CASE("What is wrong with rules in a file is said at its line", "[rules]") {
    auto [line, message] = GENERATE(table<std::string, std::string>({
        {"acl = src 1.2.3.4", "'acl': the name is missing: acl NAME = ..."},
        {"acl or = src 1.2.3.4", "'acl or': the name is a word of conditions; choose another"},
        {"acl x = src", "'acl x': a pattern is missing; '-m found' asks whether there is a value at all"},
        {"acl x = src 1.2.3.4 }", "'acl x': unexpected '}'"},
        {"use_backend c = if TRUE", "'use_backend c': there is no backend 'c'; did you mean 'a'?"},
        {"use_backend b = TRUE", "'use_backend b': unexpected 'TRUE': 'if' or 'unless' is wanted"},
        {"tcp-request = connection reject if { nbsrv 1 }",
         "'tcp-request': nbsrv: this section has no servers of its own; name a backend in parentheses"},
        {"tcp-request = connection reject if { nbsrv(backendz) 1 }",
         "'tcp-request': nbsrv: there is no backend 'backendz'"},
        {"tcp-request = connection reject if { srv_is_up(b/s9) }",
         "'tcp-request': srv_is_up: there is no server 's9'; did you mean 's2'?"},
        {"tcp-request = connection reject if { fe_conn(nobody) 1 }",
         "'tcp-request': fe_conn: there is no frontend 'nobody'"},
        {"[backend q]\nserver s3 = 127.0.0.1:1\nuse-server s4 = if TRUE",
         "'use-server s4': there is no server 's4'; did you mean 's3'?"},
        {"tcp-request = connection reject if late\nacl late = src 1.2.3.4",
         "'tcp-request': there is no acl 'late' above; a test without a name stands in { }"},
    }));
    bool has_own_section = line.starts_with('[');
    CHECK(errors(line + "\n")
              .starts_with((has_own_section ? "test.ini:6: " : "test.ini:4: ") + message + "\n"));
}

TEST_CASE("A mistake in a list of patterns is said with the list's own line", "[rules]") {
    auto text = errors("acl x = src -f bad\n");
    CHECK(text.find("bad:2: 'x' is no IP address") != std::string::npos);
}

TEST_CASE("A backend has content rules alone", "[rules]") {
    auto loaded = load_fake("[backend b]\nserver s = 127.0.0.1:1\ntcp-request = connection reject\n");
    CHECK(mistakes_of(loaded) ==
          "test.ini:3: 'tcp-request': 'connection' belongs to [frontend] or [listen]: a backend's rules are "
          "looked "
          "at when it has been chosen; write 'content'\n");
}

TEST_CASE("Rules on what clients send are of no use without one that waits", "[rules]") {
    CHECK(errors("use_backend b = if { req.ssl_sni x }\n") ==
          "test.ini:1: 'f' has rules on what clients send, and no 'tcp-request inspect-delay' to "
          "wait for "
          "it\n");
    CHECK(errors("tcp-request inspect-delay = 5s\nuse_backend b = if { req.ssl_sni x }\n") ==
          "test.ini:1: 'f' has 'use_backend' rules on what clients send, and no rule that waits for "
          "it: add "
          "'tcp-request = content accept if { req.ssl_hello_type 1 }'\n");
}

TEST_CASE("A reload says which rules have changed, their order and their lists too", "[rules]") {
    auto changes = [](const std::string& before, const std::string& after,
                      const std::string& list = "1.0.0.0/8\n") {
        auto old = load_fake(frontend(before), {{"nets", "1.0.0.0/8\n"}});
        auto now = load_fake(frontend(after), {{"nets", list}});
        REQUIRE(old.config);
        REQUIRE(now.config);
        std::string text;
        for (const auto& each : differences(*old.config, *now.config)) text += each.text() + "\n";
        return text;
    };
    std::string one = "tcp-request = connection reject if { src 1.1.1.1 }\n";
    std::string two = "tcp-request = connection accept if { src 1.0.0.0/8 }\n";
    CHECK(changes(one + two, one + two).empty());
    CHECK(changes(one + two, two + one) == "[frontend f] tcp-request changed: one order -> another\n");
    CHECK(changes(one, one + two) ==
          "[frontend f] tcp-request added: connection accept if { src 1.0.0.0/8 }\n");
    CHECK(changes("acl x = src 1.1.1.1\nacl x = src 2.2.2.2\n", "acl x = src 1.1.1.1\n") ==
          "[frontend f] acl x removed: src 2.2.2.2\n");
    CHECK(changes("acl x = src -f nets\n", "acl x = src -f nets\n").empty());
    CHECK_FALSE(changes("acl x = src -f nets\n", "acl x = src -f nets\n", "2.0.0.0/8\n").empty());
}
