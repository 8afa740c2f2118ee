// Sources, sockets, algorithms and numbers in the configuration: what is read, what is refused, what is
// dumped.
#include "catch.hpp"
#include "fake_environment.hpp"
#include "spliced/config/needs.hpp"

using namespace spliced::config;
using namespace std::chrono_literals;

namespace {

Config good(const std::string& text) {
    auto loaded = load_fake(text);
    INFO(text);
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.config);
    return *loaded.config;
}

const std::string plain = "[listen l]\nbind = :80\n";

Config with(const std::string& lines) {
    return good(plain + lines + "\nserver s = 127.0.0.1:1\n");
}

std::string error_of(const std::string& lines) {
    return mistakes_of(load_fake(plain + lines + "\nserver s = 127.0.0.1:1\n"));
}

bool refuses(const std::string& lines, const std::string& part) {
    auto text = error_of(lines);
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("each algorithm is read, and dumped as it is written") {
    for (auto text :
         {"leastconn", "roundrobin", "static-rr", "first", "source", "random", "random(5)", "hash src"}) {
        auto config = with("balance = " + std::string(text));
        CHECK(dump(config).find(fmt::format("balance             = {}\n", text)) != std::string::npos);
    }
    CHECK(with("balance = random(5)").backends[0].random_draws == 5);
    CHECK(refuses("balance = random(0)", "'balance': random: 0 is not within 1 and 100"));
    CHECK(refuses("balance = hash", "write 'hash src'"));
    CHECK(refuses("balance = hash req.len", "cannot hash 'req.len': there is 'hash src'"));
    CHECK(refuses("balance = source x", "unexpected 'x'"));
}

TEST_CASE("hash-type has HAProxy's presets: a ring stirs where no function is named") {
    auto type_of = [](const std::string& text) { return with("hash-type = " + text).backends[0].hash_type; };
    using Function = HashType::Function;
    CHECK(with("").backends[0].hash_type == HashType{false, Function::sdbm, false});
    CHECK(type_of("consistent") == HashType{true, Function::sdbm, true});
    CHECK(type_of("consistent sdbm") == HashType{true, Function::sdbm, false});
    CHECK(type_of("map-based avalanche") == HashType{false, Function::sdbm, true});
    CHECK(type_of("consistent wt6 avalanche") == HashType{true, Function::wt6, true});
    CHECK(refuses("hash-type = random", "'random' is neither map-based nor consistent"));
    CHECK(refuses("hash-type = consistent md5", "unknown word 'md5'"));
    CHECK(refuses("hash-type = consistent wt6 x", "unexpected 'x'"));
    CHECK(refuses("balance = hash src\nhash-type = consistent none", "'src' is none"));
    CHECK(refuses("hash-balance-factor = 100", "0, or more than 100"));
    CHECK(refuses("hash-balance-factor = 150", "has no effect without 'hash-type = consistent'"));
    CHECK(with("hash-type = consistent\nhash-balance-factor = 150").backends[0].hash_balance_factor == 150);
}

TEST_CASE("ids count on where none is written, and may not be taken twice") {
    auto config = good(
        "[listen a]\nbind = :1\nid = 3\nserver x = 127.0.0.1:1\nserver y = 127.0.0.1:2 id 1\n"
        "[listen b]\nbind = :2\nserver x = 127.0.0.1:1 id 7\n[listen c]\nbind = :3\nserver x = "
        "127.0.0.1:1\n");
    CHECK(config.frontends[0].id == 3);
    CHECK(config.backends[1].id == 4);
    CHECK(config.backends[2].id == 5);
    CHECK(config.backends[0].servers[0].id == 2);
    CHECK(config.backends[0].servers[1].id == 1);
    CHECK(config.backends[1].servers[0].id == 7);
    std::vector<unsigned> ids;  // measured on HAProxy 2.6
    auto mixed = good(plain +
                      "server a = 127.0.0.1:1 id 9\nserver b = 127.0.0.1:1\nserver c = 127.0.0.1:1 id 4\n"
                      "server d = 127.0.0.1:1\nserver e = 127.0.0.1:1\n");
    for (const auto& server : mixed.backends[0].servers) ids.push_back(server.id);
    CHECK(ids == std::vector<unsigned>{9, 2, 4, 5, 6});
    CHECK(mistakes_of(load_fake(plain + "server a = 127.0.0.1:1 id 4\nserver b = 127.0.0.1:2 id 4\n"))
              .find("'id': 4 is taken by test.ini:3") != std::string::npos);
    CHECK(refuses("id = 5\n[listen m]\nbind = :9\nid = 5", "'id': 5 is taken"));
}

TEST_CASE("a source is a server's own, else its backend's") {
    auto config =
        good("[defaults]\nsource = 10.0.0.1\n" + plain +
             "server a = 127.0.0.1:1\nserver b = 127.0.0.1:1 source 10.0.0.2:1000-2000 interface lo\n"
             "server c = 127.0.0.1:1 source 0.0.0.0 usesrc clientip\n");
    const auto& servers = config.backends[0].servers;
    CHECK(servers[0].source.address.host_text() == "10.0.0.1");
    CHECK_FALSE(servers[0].tuning);
    CHECK(servers[1].source.address.port() == 1000);
    CHECK(servers[1].source.last_port == 2000);
    CHECK(servers[1].tuning->interface == "lo");
    CHECK(servers[2].source.disguise == Source::Disguise::client_ip);
    CHECK(servers[2].tuning->transparent);
    CHECK(needs_foreign_addresses(config));
    CHECK_FALSE(needs_foreign_addresses(with("source = 10.0.0.1")));
    CHECK(needs_foreign_addresses(with("bind = :81 transparent")));
}

TEST_CASE("a source that cannot work is refused") {
    CHECK(refuses("server b = 127.0.0.1:2 usesrc client", "need a 'source' beside them"));
    CHECK(refuses("server b = 127.0.0.1:2 source 10.0.0.1 usesrc ::1", "are of different families"));
    CHECK(refuses("source = ::1", "'source' ::1 and the server's address are of different families"));
    CHECK(refuses("source = 10.0.0.1:9-3", "runs backwards"));
    CHECK(refuses("source = 10.0.0.1 usesrc hdr_ip(x)", "HTTP mode"));
    CHECK(refuses("source = 10.0.0.1 interface a-name-that-is-too-long", "too long"));
    CHECK(refuses("source = 10.0.0.1 via x", "unexpected 'via'"));
    CHECK(refuses("source = 10.0.0.1 usesrc", "the value of 'usesrc' is missing"));
    CHECK(refuses("server b = 127.0.0.1:2 namespace x", "network namespace"));
}

TEST_CASE("keepalive times are seconds, and mean nothing without keepalive") {
    auto config = with(
        "option tcpka = yes\nclitcpka-cnt = 3\nclitcpka-idle = 10\nclitcpka-intvl = 5s\n"
        "srvtcpka-cnt = 4\nsrvtcpka-idle = 2m\nsrvtcpka-intvl = 7000ms");
    const auto& bind = config.frontends[0].binds[0];
    CHECK(bind.keepalive == spliced::os::KeepaliveTimes{3, 10s, 5s});
    CHECK(config.backends[0].servers[0].tuning->keepalive == spliced::os::KeepaliveTimes{4, 120s, 7s});
    CHECK_FALSE(with("srvtcpka-cnt = 4").backends[0].servers[0].tuning);
    CHECK(refuses("clitcpka-idle = 1500ms", "1500ms is not whole seconds"));
    CHECK(refuses("clitcpka-idle = 10h", "10h is more than 32767s"));
    CHECK(refuses("srvtcpka-cnt = 128", "128 is not within 0 and 127"));
}

TEST_CASE("what the data path does anyway can be asked for, and not be refused") {
    with("option tcp-smart-accept = yes\noption tcp-smart-connect = yes");
    CHECK(refuses("option tcp-smart-accept = no", "cannot be turned off"));
}

TEST_CASE("the parameters of sockets arrive, and are dumped") {
    auto config = good(
        "[global]\ntune.rcvbuf.server = 64k\ntune.sndbuf.client = 32k\n[listen l]\n"
        "bind = 127.0.0.1:80 transparent tfo mss 1400 tcp-ut 30s\noption nolinger = yes\n"
        "server s = 127.0.0.1:1 slowstart 10s tcp-ut 5s tfo id 9\n");
    const auto& bind = config.frontends[0].binds[0];
    CHECK((bind.transparent && bind.fast_open && bind.mss == 1400 && bind.user_timeout == 30s));
    CHECK((bind.reset_on_close && bind.send_buffer == 32768 && bind.receive_buffer == 0));
    const auto& server = config.backends[0].servers[0];
    CHECK((server.tuning->fast_open && server.tuning->user_timeout == 5s && server.tuning->reset_on_close));
    CHECK((server.tuning->receive_buffer == 65536 && server.slowstart == 10s));
    auto text = dump(config);
    CHECK(text.find("transparent tfo mss 1400 tcp-ut 30s") != std::string::npos);
    CHECK(text.find("slowstart 10s id 9 tcp-ut 5s tfo") != std::string::npos);
    CHECK(refuses("bind = /run/x tcp-ut 3s", "'tcp-ut' has no effect on /run/x"));
}
