// What a reload keeps, because a running process cannot change it.
#include "spliced/config/fixed.hpp"
#include "catch.hpp"
#include "fake_environment.hpp"
#include "spliced/config/difference.hpp"
#include "spliced/config/keywords.hpp"

using namespace spliced::config;

namespace {

const std::string web = "[listen web]\nbind = 127.0.0.1:80\nserver a = 127.0.0.1:1\n";

/// Every keyword that is not reloadable, with a value that is not its default.
const std::string fixed =
    "[global]\nuser = web\ngroup = web\nchroot = /x\ndaemon = yes\npidfile = /run/x\nulimit-n = 9000\n"
    "tune.rcvbuf.client = 9k\ntune.sndbuf.client = 9k\n"
    "external-check = yes\ninsecure-fork-wanted = yes\nseccomp = no\nlandlock = no\nstats socket = "
    "/run/a.sock\n[stats]\nbind = :8404\n";

}  // namespace

TEST_CASE("the values of every keyword that is not reloadable stay") {
    for (const Keyword& keyword : keywords())
        if (!keyword.reloadable) CHECK(fixed.find(std::string(keyword.name) + " =") != std::string::npos);
    auto running = load_fake(web);
    auto wanted = load_fake(fixed + web);
    INFO(mistakes_of(wanted));
    REQUIRE(wanted.config);
    auto adopted = with_fixed_values_of(*running.config, *wanted.config);
    std::string left;
    for (const Difference& difference : differences(*running.config, adopted))
        left += difference.text() + "\n";
    INFO(left);
    CHECK(left.empty());
    CHECK(differences(*running.config, *wanted.config).size() >= 10);
}

TEST_CASE("what can be reloaded is taken over") {
    auto running = load_fake(web);
    auto wanted = load_fake("[global]\nmaxconn = 7\nuser = web\n" + web + "server b = 127.0.0.1:2\n");
    auto adopted = with_fixed_values_of(*running.config, *wanted.config);
    CHECK(adopted.global.maxconn == 7u);
    CHECK(adopted.global.user_name.empty());
    CHECK(adopted.backends[0].servers.size() == 2);
}
