// `accept-proxy`, `send-proxy` and what belongs to them, as they are written.
#include <utility>

#include "catch.hpp"
#include "fake_environment.hpp"

namespace {

using spliced::config::Config;
using namespace std::chrono_literals;

Config good(const std::string& text) {
    auto loaded = load_fake(text);
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.config);
    return *loaded.config;
}

spliced::config::Server server_of(const std::string& parameters, const std::string& defaults = "") {
    return good("[listen l]\nbind = :1\n" + defaults + "server s = 127.0.0.1:2 " + parameters + "\n")
        .backends[0]
        .servers[0];
}

std::string mistake_in(const std::string& line) {
    auto loaded = load_fake("[listen l]\nbind = :1\nserver t = 127.0.0.1:2\n" + line + "\n");
    return mistakes_of(loaded);
}

bool holds(const std::string& text, const std::string& part) {
    INFO(text);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("accept-proxy is of a bind, with a list of sources or without", "[proxy-header]") {
    auto front = good(
                     "[listen l]\nbind = :1 accept-proxy\nbind = :2 accept-proxy-from 10.0.0.0/8\nbind = :3\n"
                     "bind = unix@/x accept-proxy\ntimeout client-hs = 3s\nserver t = 127.0.0.1:2\n")
                     .frontends[0];
    CHECK(front.binds[0].accept_proxy);
    CHECK(front.binds[0].accept_proxy_from.empty());
    CHECK(front.binds[1].accept_proxy);
    CHECK_FALSE(front.binds[1].accept_proxy_from.empty());
    CHECK_FALSE(front.binds[2].accept_proxy);
    CHECK(front.binds[3].accept_proxy);
    CHECK(front.timeout_client_hs == 3s);
}

TEST_CASE("send-proxy of either version can be taken back", "[proxy-header]") {
    CHECK_FALSE(server_of("").sends_header());
    CHECK(server_of("send-proxy").send_proxy);
    CHECK(server_of("send-proxy-v2").send_proxy_v2);
    CHECK_FALSE(server_of("no-send-proxy", "default-server = send-proxy\n").sends_header());
    CHECK_FALSE(server_of("no-send-proxy-v2", "default-server = send-proxy-v2\n").sends_header());
    auto all = server_of("send-proxy-v2 proxy-v2-options unique-id,authority,crc32c").proxy_v2;
    CHECK(all.crc32c);
    CHECK(all.authority);
    CHECK(all.unique_id);
    CHECK_FALSE(server_of("proxy-v2-options crc32c", "default-server = proxy-v2-options authority\n")
                    .proxy_v2.authority);
}

TEST_CASE("a check goes the way of the traffic unless it is sent elsewhere", "[proxy-header]") {
    CHECK_FALSE(server_of("check").check.send_proxy);
    CHECK(server_of("check send-proxy").check.send_proxy);
    CHECK(server_of("check send-proxy-v2").check.send_proxy);
    CHECK_FALSE(server_of("check send-proxy port 7").check.send_proxy);
    CHECK_FALSE(server_of("check send-proxy addr 127.0.0.2").check.send_proxy);
    CHECK(server_of("check send-proxy port 7 check-send-proxy").check.send_proxy);
    CHECK(server_of("check check-send-proxy").check.send_proxy);
}

TEST_CASE("what is not supported of the PROXY protocol is refused by name", "[proxy-header]") {
    CHECK(holds(mistake_in("server s = 127.0.0.1:1 send-proxy-v2-ssl"), "is about TLS"));
    CHECK(holds(mistake_in("server s = 127.0.0.1:1 proxy-v2-options ssl"), "is about TLS"));
    CHECK(holds(mistake_in("server s = 127.0.0.1:1 proxy-v2-options crc32"), "did you mean 'crc32c'"));
    CHECK(holds(mistake_in("bind = :2 accept-proxy-from 10.0.0.0/33"), "10.0.0.0/33"));
    CHECK(holds(mistake_in("bind = :2 accept-proxy-from somewhere"), "'somewhere' is no network"));
    auto page = load_fake("[stats]\nbind = :8404 accept-proxy bwlim-in 1m\n");
    CHECK(holds(mistakes_of(page), "'accept-proxy' has no effect here"));
    CHECK(holds(mistakes_of(page), "'bwlim-*' has no effect here"));
}

TEST_CASE("a filter is a named limit of bytes per time", "[bandwidth]") {
    auto loaded = load_fake(
        "[listen l]\nbind = :1\nserver t = 127.0.0.1:2\n"
        "filter bwlim-in up = default-limit 1m default-period 2s min-size 2k\n"
        "filter  bwlim-out  down = default-period 500ms default-limit 10\n");
    REQUIRE(loaded.config);
    const auto& filters = loaded.config->frontends[0].bandwidth_filters;
    REQUIRE(filters.size() == 2);
    CHECK(filters[0].name == "up");
    CHECK(filters[0].bytes == 1 << 20);
    CHECK(filters[0].period == 2s);
    CHECK(filters[0].min_size == 2048);
    CHECK(filters[1].direction == spliced::config::BandwidthFilter::Direction::out);
    CHECK(filters[1].bytes == 10);
    CHECK(filters[1].period == 500ms);
    CHECK(holds(mistakes_of(loaded), "no rule puts connections under the limit 'up'"));
}

TEST_CASE("a filter that is not understood is refused", "[bandwidth]") {
    const std::pair<const char*, const char*> rows[] = {
        {"filter bwlim-in x = default-period 1s", "'default-limit' is missing"},
        {"filter bwlim-in x = default-limit 1k", "'default-period' is missing"},
        {"filter bwlim-in x = default-limit 0 default-period 1s", "'default-limit' is missing, or 0"},
        {"filter bwlim-in x = default-limit 1k default-period 0", "less than 1ms"},
        {"filter bwlim-in x = default-limit", "the value of 'default-limit' is missing"},
        {"filter bwlim-in x = limit 1k key src", "'limit' shares one limit among connections"},
        {"filter bwlim-in x = default-limits 1k", "did you mean 'default-limit'"},
        {"filter bwlim-in = default-limit 1k default-period 1s", "the name is missing"},
        {"filter bwlim-in x y = default-limit 1k default-period 1s", "unexpected 'y'"},
        {"filter trace = x", "does not support"},
        {"filter compression = x", "HTTP mode"},
        {"filter = trace", "is written with its name in front"},
    };
    for (auto [line, message] : rows) CHECK(holds(mistake_in(line), message));
    CHECK(holds(mistake_in("filter bwlim-in x = default-limit 1k default-period 1s\n"
                           "filter bwlim-out x = default-limit 1k default-period 1s"),
                "a filter of this name stands at"));
}
