// Whole configurations: what they mean.
#include "catch.hpp"
#include "fake_environment.hpp"

using namespace std::chrono_literals;
using spliced::config::Algorithm;
using spliced::config::Config;

namespace {

/// Loads without a mistake or warning.
Config good(const std::string& text, std::map<std::string, std::string> files = {}) {
    auto loaded = load_fake(text, std::move(files));
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.mistakes.empty());
    REQUIRE(loaded.config);
    return *loaded.config;
}

const std::string onion = "[listen onion]\nbind = 127.0.0.1:8080\nserver web1 = 127.0.0.1:9001 check\n";

}  // namespace

TEST_CASE("the smallest configuration has this program's defaults") {
    auto config = good(onion);
    REQUIRE(config.frontends.size() == 1);
    REQUIRE(config.backends.size() == 1);
    const auto& front = config.frontends[0];
    const auto& back = config.backends[0];
    CHECK(front.name == "onion");
    CHECK(front.backend == 0U);
    CHECK(front.timeout_client == 50s);
    CHECK(front.timeout_client_fin == 30s);
    REQUIRE(front.binds.size() == 1);
    CHECK(front.binds[0].address.text() == "127.0.0.1:8080");
    CHECK(front.binds[0].id == 1);
    CHECK(back.is_listen);
    CHECK(back.algorithm == Algorithm::leastconn);
    CHECK(back.timeout_connect == 5s);
    CHECK(back.timeout_server == 50s);
    CHECK(back.retries == 3);
    CHECK(back.redispatch);
    REQUIRE(back.servers.size() == 1);
    const auto& server = back.servers[0];
    CHECK(server.name == "web1");
    CHECK(server.check.enabled);
    CHECK(server.check.inter == 2s);
    CHECK(server.check.address.text() == "127.0.0.1:9001");
    CHECK(server.where.line == 3);
}

TEST_CASE("every keyword of [global] arrives in its field") {
    auto global =
        good(
            "[global]\nuser = web\ngroup = web\nchroot = /var/empty\ndaemon = yes\npidfile = /run/s.pid\n"
            "maxconn = 4000\nulimit-n = 9000\nhard-stop-after = 30s\nnosplice = yes\nmaxpipes = 7\n"
            "tune.pipesize = 64k\ntune.maxaccept = -1\nspread-checks = 5\nlog = /dev/log daemon\n"
            "description = two  words\n" +
            onion)
            .global;
    CHECK(global.user == 1000U);
    CHECK(global.group_name == "web");
    CHECK(global.chroot == "/var/empty");
    CHECK(global.daemon);
    CHECK(global.pidfile == "/run/s.pid");
    CHECK(global.maxconn == 4000U);
    CHECK(global.ulimit_n == 9000U);
    CHECK(global.hard_stop_after == 30s);
    CHECK(global.nosplice);
    CHECK(global.maxpipes == 7U);
    CHECK(global.pipesize == 65536);
    CHECK(global.maxaccept == -1);
    CHECK(global.spread_checks == 5);
    REQUIRE(global.logs.size() == 1);
    CHECK(global.logs[0].facility == 3);
    CHECK(global.description == "two  words");
}

TEST_CASE("every keyword of a proxy arrives in its field") {
    auto config = good(
        "[frontend f]\nbind = :80\nmaxconn = 5\ndefault_backend = b\ntimeout client = 1s\n"
        "timeout client-fin = 2s\noption tcplog = yes\noption dontlognull = yes\noption logasap = yes\n"
        "option clitcpka = yes\ndescription = front\nlog = stdout format raw local0\n"
        "[backend b]\nbalance = roundrobin\ntimeout connect = 3s\ntimeout server = 4s\n"
        "timeout server-fin = 5s\ntimeout tunnel = 1h\ntimeout check = 6s\nretries = 0\n"
        "option redispatch = no\noption allbackups = yes\noption srvtcpka = yes\n"
        "errorfile 503 = sorry.http\nserver s = /run/web.sock\n",
        {{"sorry.http", "HTTP/1.0 503 Sorry\r\n\r\n"}});
    const auto& front = config.frontends.at(0);
    CHECK(front.maxconn == 5);
    CHECK(front.timeout_client == 1s);
    CHECK(front.timeout_client_fin == 2s);
    CHECK((front.tcplog && front.dontlognull && front.logasap && front.keepalive));
    CHECK(front.description == "front");
    CHECK(front.logs.size() == 1);
    CHECK_FALSE(front.sorry_page);
    const auto& back = config.backends.at(0);
    CHECK_FALSE(back.is_listen);
    CHECK(back.algorithm == Algorithm::roundrobin);
    CHECK(back.timeout_connect == 3s);
    CHECK(back.timeout_server == 4s);
    CHECK(back.timeout_server_fin == 5s);
    CHECK(back.timeout_tunnel.value() == 1h);
    CHECK(back.timeout_check.value() == 6s);
    CHECK(back.retries == 0);
    CHECK_FALSE(back.redispatch);
    CHECK((back.all_backups && back.keepalive));
    CHECK(*back.sorry_page == "HTTP/1.0 503 Sorry\r\n\r\n");
    CHECK(back.servers.at(0).address.path() == "/run/web.sock");
}

TEST_CASE("[defaults] reach the sections below until the next [defaults], which begins anew") {
    auto config = good(
        "[backend before]\nserver s = 127.0.0.1:1\n"
        "[defaults]\ntimeout server = 7s\nretries = 9\ndefault-server = check inter 3s\nlog = global\n"
        "[listen a]\nbind = :1\nretries = 1\nserver s = 127.0.0.1:1 inter 4s\nserver t = 127.0.0.1:2\n"
        "[defaults]\ntimeout client = 8s\n"
        "[listen b]\nbind = :2\nserver s = 127.0.0.1:1\n"
        "[global]\nlog = /dev/log daemon\n");
    CHECK(config.backends[0].timeout_server == 50s);
    const auto& a = config.backends[1];
    CHECK(a.timeout_server == 7s);
    CHECK(a.retries == 1);
    CHECK(a.servers[0].check.enabled);
    CHECK(a.servers[0].check.inter == 4s);
    CHECK(a.servers[1].check.inter == 3s);
    CHECK(a.logs.size() == 1);
    const auto& b = config.backends[2];
    CHECK(b.timeout_server == 50s);
    CHECK(b.retries == 3);
    CHECK_FALSE(b.servers[0].check.enabled);
    CHECK(b.logs.empty());
    CHECK(config.frontends[1].timeout_client == 8s);
}

TEST_CASE("a bind is several listeners where it names several addresses or ports") {
    auto config = good(
        "[listen a]\nbind = 127.0.0.1:80-82,[::1]:90 name web\nbind = /run/x.sock mode 660 user a group b\n"
        "bind = abns@x\nbind = fd@3\nserver s = 127.0.0.1:1\n");
    const auto& binds = config.frontends[0].binds;
    REQUIRE(binds.size() == 7);
    CHECK(binds[2].address.text() == "127.0.0.1:82");
    CHECK(binds[2].id == 3);
    CHECK(binds[3].address.text() == "[::1]:90");
    CHECK(binds[3].name == "web");
    CHECK(binds[4].rights.mode == 0660U);
    CHECK(binds[4].rights.user == 1000U);
    CHECK_FALSE(binds[3].rights.mode);
    CHECK(binds[5].address.text() == "abns@x");
    CHECK(binds[6].inherited_fd == 3);
    CHECK(binds[6].address.family() == AF_UNSPEC);
}

TEST_CASE("the parameters of a bind arrive in its fields") {
    auto bind = good(
                    "[listen a]\nbind = :::80 backlog 9 maxconn 8 interface lo defer-accept v4v6\nserver s = "
                    "127.0.0.1:1\n")
                    .frontends[0]
                    .binds[0];
    CHECK(bind.backlog == 9);
    CHECK(bind.maxconn == 8);
    CHECK(bind.interface == "lo");
    CHECK(bind.defer_accept);
    CHECK(bind.v6only == false);
    auto both = good("[listen a]\nbind = :::80 v6only v4v6\nserver s = 127.0.0.1:1\n").frontends[0].binds[0];
    CHECK(both.v6only == true);
}

TEST_CASE("the parameters of a server arrive in its fields") {
    auto server = good(
                      "[listen a]\nbind = :80\nserver s = 127.0.0.1:1 check inter 1s fastinter 2s downinter "
                      "3s rise 4 fall 5 "
                      "weight 256 backup disabled source 127.0.0.2\n")
                      .backends[0]
                      .servers[0];
    CHECK(server.check.inter == 1s);
    CHECK(server.check.fastinter.value() == 2s);
    CHECK(server.check.downinter.value() == 3s);
    CHECK(server.check.rise == 4);
    CHECK(server.check.fall == 5);
    CHECK(server.weight == 256);
    CHECK((server.backup && server.disabled));
    CHECK(server.source.address.text() == "127.0.0.2:0");
}

TEST_CASE("a check goes to addr and port where they are given, else to the server") {
    auto check_of = [](const std::string& server) {
        return good("[listen a]\nbind = :80\nserver s = " + server + "\n")
            .backends[0]
            .servers[0]
            .check.address.text();
    };
    CHECK(check_of("127.0.0.1:1 check") == "127.0.0.1:1");
    CHECK(check_of("127.0.0.1:1 check port 2") == "127.0.0.1:2");
    CHECK(check_of("127.0.0.1:1 check addr 127.0.0.9") == "127.0.0.9:1");
    CHECK(check_of("127.0.0.1:1 check addr ::1 port 2") == "[::1]:2");
    CHECK(check_of("/run/web.sock check") == "/run/web.sock");
    CHECK(check_of("/run/web.sock check addr 127.0.0.1 port 2") == "127.0.0.1:2");
}

TEST_CASE("what default-server says a server can take back") {
    auto server = good(
                      "[listen a]\nbind = :80\ndefault-server = check backup disabled\n"
                      "server s = 127.0.0.1:1 no-check no-backup enabled\n")
                      .backends[0]
                      .servers[0];
    CHECK_FALSE(server.check.enabled);
    CHECK_FALSE(server.backup);
    CHECK_FALSE(server.disabled);
}

TEST_CASE("a name is resolved once, when the configuration is loaded") {
    auto config =
        good("[listen a]\nbind = web.test:80\nserver s = web.test:81\nserver t = ipv6@web.test:82\n");
    CHECK(config.frontends[0].binds[0].address.text() == "127.0.0.1:80");
    CHECK(config.backends[0].servers[1].address.text() == "[::1]:82");
}

TEST_CASE("a frontend and a backend may share a name, and a frontend may stand above its backend") {
    auto config = good(
        "[frontend x]\nbind = :80\ndefault_backend = x\n[backend y]\n[backend x]\nserver s = 127.0.0.1:1\n");
    CHECK(config.frontends[0].backend == 1U);
}

TEST_CASE("option tcpka is keepalive on both sides, and on the section's own side alone") {
    auto listen = good("[listen a]\noption tcpka = yes\nbind = :80\nserver s = 127.0.0.1:1\n");
    CHECK((listen.frontends[0].keepalive && listen.backends[0].keepalive));
}

TEST_CASE("several files are one configuration, and a [defaults] reaches into the next file") {
    auto loaded = spliced::config::load_text({{"1.ini", "[defaults]\nretries = 5\n[global]\nmaxconn = 3\n"},
                                              {"2.ini", "[global]\ndaemon = yes\n" + onion}},
                                             fake_environment());
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.config);
    CHECK(loaded.config->backends[0].retries == 5);
    CHECK(loaded.config->global.maxconn == 3U);
    CHECK(loaded.config->global.daemon);
}

TEST_CASE("the command line wins over the files") {
    auto loaded = spliced::config::load_text({{"f", "[global]\nmaxconn = 3\npidfile = /a\n" + onion}},
                                             fake_environment(), {.maxconn = 9, .pidfile = "/b"});
    REQUIRE(loaded.config);
    CHECK(loaded.config->global.maxconn == 9U);
    CHECK(loaded.config->global.pidfile == "/b");
}

TEST_CASE("log takes every target, with length, format, facility and levels") {
    auto logs = good(
                    "[global]\nlog = stdout format raw daemon\nlog = stderr local0\nlog = fd@5 user\n"
                    "log = 127.0.0.1 len 4096 format rfc5424 local7 notice err\nlog = udp@[::1]:5514 local1\n"
                    "log = /dev/log daemon info\nlog = 127.0.0.1:99 mail\n" +
                    onion)
                    .global.logs;
    using Kind = spliced::LogTarget::Kind;
    REQUIRE(logs.size() == 7);
    CHECK(logs[0].descriptor == 1);
    CHECK(logs[0].format == spliced::LogFormat::raw);
    CHECK(logs[1].descriptor == 2);
    CHECK(logs[2].descriptor == 5);
    CHECK(logs[3].kind == Kind::udp);
    auto address = [](const spliced::LogTarget& log) {
        return spliced::os::Address(reinterpret_cast<const sockaddr*>(&log.address), log.address_length)
            .text();
    };
    CHECK(address(logs[3]) == "127.0.0.1:514");
    CHECK(logs[3].max_length == 4096);
    CHECK(logs[3].facility == 23);
    CHECK(logs[3].max == spliced::Level::notice);
    CHECK(logs[3].min == spliced::Level::err);
    CHECK(address(logs[4]) == "[::1]:5514");
    CHECK(logs[5].kind == Kind::unix_socket);
    CHECK(address(logs[5]) == "/dev/log");
    CHECK(address(logs[6]) == "127.0.0.1:99");
}
