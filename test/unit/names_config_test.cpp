// Servers that go by names, and [resolvers] sections: how they are read.
#include <fmt/format.h>

#include "catch.hpp"
#include "fake_environment.hpp"

using namespace spliced::config;
using namespace std::chrono_literals;

namespace {

const std::string section = "[resolvers dns]\nnameserver ns = 127.0.0.1:53\n[listen l]\nbind = :80\n";

spliced::config::Loaded load_running(const std::string& text) {
    auto environment = fake_environment();
    environment.running = true;
    return load_text({{"test.ini", text}}, environment);
}

Config good(const std::string& text) {
    auto loaded = load_fake(text);
    INFO(text);
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.config);
    return *loaded.config;
}

Server server_of(const std::string& line) {
    return good(section + line + "\n").backends[0].servers.back();
}

/// Of a line that follows the section.
std::string mistake_of(const std::string& line) {
    auto text = mistakes_of(load_fake(section + line + "\n"));
    return text.empty() ? text : text.substr(0, text.size() - 1);
}

std::string names(const Backend& backend) {
    std::string text;
    for (const auto& server : backend.servers) text += (text.empty() ? "" : " ") + server.name;
    return text;
}

}  // namespace

TEST_CASE("a section of name servers has HAProxy's defaults") {
    auto config = good(
        "[resolvers dns]\nnameserver a = 127.0.0.1:53\nnameserver b = tcp@[::1]:54\n"
        "nameserver c = udp@127.0.0.2\n[listen l]\nbind = :80\nserver s = 127.0.0.1:1\n");
    const Resolvers& dns = config.resolvers.at(0);
    CHECK(dns.name == "dns");
    REQUIRE(dns.servers.size() == 3);
    CHECK(dns.servers[0].address.text() == "127.0.0.1:53");
    CHECK_FALSE(dns.servers[0].tcp);
    CHECK(dns.servers[1].address.text() == "[::1]:54");
    CHECK(dns.servers[1].tcp);
    CHECK(dns.servers[2].address.text() == "127.0.0.2:53");
    CHECK(dns.retries == 3);
    CHECK(dns.timeout_resolve == 1s);
    CHECK(dns.timeout_retry == 1s);
    CHECK(dns.hold_valid == 10s);
    CHECK(dns.hold_obsolete == 0s);
    for (auto hold : {dns.hold_nx, dns.hold_timeout, dns.hold_refused, dns.hold_other}) CHECK(hold == 30s);
    CHECK(dns.payload == 512);
}

TEST_CASE("parse-resolv-conf adds the system's name servers behind those that are written") {
    auto loaded = load_fake(
        "[resolvers dns]\nparse-resolv-conf = yes\nnameserver a = 10.0.0.1:53\n[listen l]\n"
        "bind = :80\nserver s = 127.0.0.1:1\n",
        {{"resolv.conf",
          "# comment\nnameserver 10.0.0.1\nsearch x\nnameserver ::1\n"
          "nameserver fe80::1%eth0\nnameserver\n"}});
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.config);
    const auto& servers = loaded.config->resolvers[0].servers;
    REQUIRE(servers.size() == 2);
    CHECK(servers[1].name == "::1");
    CHECK(servers[1].address.text() == "[::1]:53");
    CHECK(servers[1].of_system);
    CHECK(dump(*loaded.config).find("nameserver ::1") == std::string::npos);
}

TEST_CASE("'resolvers default' needs no section: it asks the system's name servers") {
    auto text = "[listen l]\nbind = :80\nserver s = web.test:1 resolvers default\n";
    auto loaded = load_fake(text, {{"resolv.conf", "nameserver 10.0.0.1\n"}});
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.config);
    CHECK(loaded.config->resolvers.at(0).name == "default");
    CHECK(loaded.config->resolvers.at(0).of_system);
    CHECK(mistakes_of(load_fake(text)).find("cannot read '/etc/resolv.conf'") != std::string::npos);
}

TEST_CASE("a name that is followed has no address in the configuration, but one to begin with") {
    auto server = server_of("server s = web.test:81 resolvers dns check");
    CHECK(server.address.family() == AF_UNSPEC);
    CHECK(server.naming.is_followed());
    CHECK(server.naming.host == "web.test");
    CHECK(server.naming.port == 81);
    CHECK(server.naming.initial.text() == "127.0.0.1:81");
    CHECK(server.check.address.family() == AF_UNSPEC);
}

TEST_CASE("the first address comes from the first source of init-addr that has one") {
    auto initial = [](const std::string& sources) {
        return server_of("server s = web.test:81 resolvers dns init-addr " + sources).naming.initial.text();
    };
    CHECK(initial("last,libc,none") == "127.0.0.1:81");
    CHECK(initial("last,10.0.0.1") == "10.0.0.1:81");
    CHECK(initial("::1,libc") == "[::1]:81");
    CHECK(initial("none") == "-");
    CHECK(initial("last,none,10.0.0.1") == "-");
}

TEST_CASE("without resolvers a name is looked up once, and init-addr none lets it go without") {
    CHECK(server_of("server s = web.test:81").address.text() == "127.0.0.1:81");
    CHECK(server_of("server s = nosuch.test:81 init-addr libc,none").address.family() == AF_UNSPEC);
    CHECK(server_of("server s = nosuch.test:81 init-addr libc,10.0.0.1").address.text() == "10.0.0.1:81");
    CHECK(mistake_of("server s = nosuch.test:81 init-addr libc").find("cannot resolve 'nosuch.test'") !=
          std::string::npos);
    CHECK(mistake_of("server s = nosuch.test:81 init-addr last").find("no source has an address") !=
          std::string::npos);
}

TEST_CASE("a name that is followed may be unknown at the start, unless init-addr asks for an address") {
    auto loaded = load_fake(section + "server s = nosuch.test:81 resolvers dns\n");
    REQUIRE(loaded.config);
    CHECK(mistakes_of(loaded) ==
          "test.ini:5: 'server s': cannot resolve 'nosuch.test': Name or service not known; it waits in "
          "maintenance until 'dns' has an answer\n");
    CHECK(mistake_of("server s = nosuch.test:81 resolvers dns init-addr libc").find("'none' at the end") !=
          std::string::npos);
}

TEST_CASE("a process that runs looks up no name that is followed: that would block it") {
    auto loaded = load_running(section +
                               "server s = nosuch.test:81 resolvers dns init-addr libc\n"
                               "server t = web.test:81 resolvers dns\n");
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.config);
    CHECK(loaded.mistakes.empty());
    CHECK(loaded.config->backends[0].servers[1].naming.initial.family() == AF_UNSPEC);
}

TEST_CASE("a template stands for as many servers, by number or by range") {
    auto config = good(section +
                       "default-server = check\nserver-template web = 3 web.test:81 resolvers dns\n"
                       "server-template s = 5-6 _http._tcp.test resolvers dns weight 9\n");
    CHECK(names(config.backends[0]) == "web1 web2 web3 s5 s6");
    for (const auto& server : config.backends[0].servers) CHECK(server.check.enabled);
    CHECK(config.backends[0].servers[4].naming.is_service());
    CHECK(config.backends[0].servers[4].naming.port == 0);
    CHECK(config.backends[0].servers[4].weight == 9);
}

TEST_CASE("default-server speaks of names, and servers with an address of their own do not mind") {
    auto config = good(section +
                       "default-server = resolvers dns resolve-prefer ipv4 init-addr none\n"
                       "server a = 127.0.0.1:1\nserver b = web.test:1\nserver c = /run/x\n");
    CHECK_FALSE(config.backends[0].servers[0].naming.is_followed());
    CHECK(config.backends[0].servers[1].naming.prefers_ipv4);
    CHECK_FALSE(config.backends[0].servers[2].naming.is_followed());
}

TEST_CASE("mistakes about names say what to write instead") {
    CHECK(mistake_of("server s = web.test:1 resolvers dsn") ==
          "test.ini:5: 'server s': there is no section [resolvers dsn]; did you mean 'dns'?");
    CHECK(mistake_of("server s = web.test:1 resolve-prefer ipv5") ==
          "test.ini:5: 'server s': resolve-prefer: 'ipv5' is neither ipv4 nor ipv6");
    CHECK(mistake_of("server s = web.test:1 resolve-opts x").find("'prevent-dup-ip' nor 'ignore-weight'") !=
          std::string::npos);
    CHECK(mistake_of("server s = web.test:1 resolve-net 10.0.0.1/8").find("zeros behind its first 8 bits") !=
          std::string::npos);
    CHECK(mistake_of("server s = web.test:1 init-addr libx") ==
          "test.ini:5: 'server s': init-addr: 'libx' is neither 'last', 'libc', 'none' nor an IP address");
    CHECK(mistake_of("server s = _http._tcp.test") ==
          "test.ini:5: 'server s': '_http._tcp.test' is a name of services: it needs 'resolvers ID'");
    CHECK(mistake_of("server s = web.test resolvers dns").find("the port is missing") != std::string::npos);
    CHECK(mistake_of("server s = ipv4@web.test:1 resolvers dns source ::1").find("different families") !=
          std::string::npos);
    CHECK(mistake_of("server-template w = web.test:1 resolvers dns") ==
          "test.ini:5: 'server-template w': 'web.test:1' is not a whole number: write the number of "
          "servers, or '1-5', in front of the name");
    CHECK(mistake_of("server-template w = 3-1 web.test:1 resolvers dns").find("the range runs backwards") !=
          std::string::npos);
    CHECK(mistake_of("server-template w = 3 127.0.0.1:1") ==
          "test.ini:5: 'server-template w': a template follows a name: it needs a name, and 'resolvers ID'");
    CHECK(mistake_of("server-template w = 3") ==
          "test.ini:5: 'server-template w': the name is missing: write 'PREFIX = 3 NAME:PORT ...'");
    CHECK(mistake_of("server w2 = 127.0.0.1:1\nserver-template w = 3 web.test:1 resolvers dns") ==
          "test.ini:6: 'server-template w': a server of the name 'w2' stands at test.ini:5");
}

TEST_CASE("mistakes of a [resolvers] section are reported") {
    auto mistakes = [](const std::string& lines) {
        return mistakes_of(
            load_fake("[resolvers dns]\n" + lines + "[listen l]\nbind = :80\nserver s = 127.0.0.1:1\n"));
    };
    CHECK(mistakes("") ==
          "test.ini:1: [resolvers dns] has no name server: write 'nameserver NAME = IP:53', or "
          "'parse-resolv-conf = yes'\n");
    CHECK(mistakes("nameserver a = 127.0.0.1:53\nnameserver a = 127.0.0.2:53\n") ==
          "test.ini:3: 'nameserver a': a name server of this name stands in the section\n");
    CHECK(mistakes("nameserver a = dns.test:53\n").find("'dns.test' is not an IP address") !=
          std::string::npos);
    CHECK(mistakes("nameserver a = 127.0.0.1:53\naccepted_payload_size = 100\n").find("is not within 512") !=
          std::string::npos);
    CHECK(mistakes("nameserver a = 127.0.0.1:53\ntimeout connect = 1s\n").find("belongs to [defaults]") !=
          std::string::npos);
    CHECK(mistakes("nameserver a = 127.0.0.1:53\n[resolvers dns]\nnameserver a = 127.0.0.1:53\n") ==
          "test.ini:3: [resolvers dns]: stands already at test.ini:1\n");
}
