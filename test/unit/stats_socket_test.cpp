// `stats socket`: what it takes, and what it says about what it does not take.
#include "catch.hpp"
#include "fake_environment.hpp"

using namespace spliced::config;

namespace {

std::string errors(const std::string& lines) {
    return mistakes_of(load_fake("[global]\n" + lines + "[listen a]\nbind = :1\nserver s = 127.0.0.1:2\n"));
}

}  // namespace

TEST_CASE("a statistics socket has HAProxy's parameters and defaults") {
    auto loaded = load_fake(
        "[global]\nstats socket = /run/a.sock mode 660 user u group g level admin expose-fd listeners\n"
        "stats socket = 127.0.0.1:9999\nstats socket = fd@5 level user\nstats timeout = 1m\n"
        "[listen a]\nbind = :1\nserver s = 127.0.0.1:2\n");
    REQUIRE(loaded.config);
    const auto& global = loaded.config->global;
    REQUIRE(global.stats_sockets.size() == 3);
    CHECK(global.stats_sockets[0].address.path() == "/run/a.sock");
    CHECK(global.stats_sockets[0].rights.mode == mode_t{0660});
    CHECK(global.stats_sockets[0].rights.user == uid_t{1000});
    CHECK(global.stats_sockets[0].level == AdminLevel::admin);
    CHECK(global.stats_sockets[0].exposes_listeners);
    CHECK(global.stats_sockets[1].address.text() == "127.0.0.1:9999");
    CHECK(global.stats_sockets[1].level == AdminLevel::oper);
    CHECK(global.stats_sockets[2].inherited_fd == 5);
    CHECK(global.stats_sockets[2].level == AdminLevel::user);
    CHECK(global.stats_timeout == milliseconds(60000));
    CHECK(global.stats_maxconn == 10);
}

TEST_CASE("the dump of statistics sockets reads back the same") {
    auto loaded = load_fake(
        "[global]\nstats socket = /run/a.sock mode 660 level admin expose-fd listeners\n"
        "stats socket = abns@b level user\nstats maxconn = 3\n[listen a]\nbind = :1\nserver s = "
        "127.0.0.1:2\n");
    REQUIRE(loaded.config);
    auto text = dump(*loaded.config);
    CHECK(text.find("= /run/a.sock mode 660 level admin expose-fd listeners\n") != std::string::npos);
    auto again = load_fake(text);
    REQUIRE(again.config);
    CHECK(dump(*again.config) == text);
}

TEST_CASE("mistakes in a statistics socket are told with a remedy") {
    CHECK(errors("stats socket = /x level root\n") ==
          "test.ini:2: 'stats socket': level: unknown level 'root'; there are user, operator and admin\n");
    CHECK(errors("stats socket = /x level admn\n") ==
          "test.ini:2: 'stats socket': level: unknown level 'admn'; did you mean 'admin'?\n");
    CHECK(errors("stats socket = /x mode 9\n") ==
          "test.ini:2: 'stats socket': mode: '9' is not an octal mode such as 660\n");
    CHECK(errors("stats socket = :9 mode 600\n") ==
          "test.ini:2: 'stats socket': 'mode', 'user' and 'group' are for unix sockets with a path; remove "
          "them\n");
    CHECK(errors("stats socket = /x expose-fd all\n") ==
          "test.ini:2: 'stats socket': expose-fd: 'all' cannot be exposed, only 'listeners'\n");
    CHECK(errors("stats socket = *:1 level user\n") ==
          "test.ini:2: 'stats socket': 0.0.0.0:1 is taken by test.ini:4\n");
    CHECK(errors("stats maxconn = 0\n").starts_with("test.ini:2: 'stats maxconn': "));
}
