// The order in which servers are chosen; the sequences are HAProxy 2.6's.
#include <algorithm>
#include <string>
#include <vector>

#include "catch.hpp"
#include "spliced/balance/server_pool.hpp"

using namespace spliced::balance;
using spliced::config::Algorithm;

namespace {

spliced::config::Backend backend(Algorithm algorithm, const std::vector<unsigned>& weights) {
    spliced::config::Backend settings;
    settings.algorithm = algorithm;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        spliced::config::Server server;
        server.name = std::string(1, static_cast<char>('a' + i));
        server.weight = weights[i];
        settings.servers.push_back(server);
    }
    return settings;
}

/// Names of the servers chosen for `count` sessions; each ends at once unless `hold`.
std::string sequence(ServerPool& pool, int count, bool hold) {
    std::string names;
    for (int i = 0; i < count; ++i) {
        Server* server = pool.choose({});
        names += server ? server->name() : "-";
        if (server && !hold) pool.release(*server);
    }
    return names;
}

std::string sequence(const spliced::config::Backend& settings, int count, bool hold) {
    ServerPool pool(settings, {});
    return sequence(pool, count, hold);
}

}  // namespace

TEST_CASE("least connections takes turns among equals") {
    CHECK(sequence(backend(Algorithm::leastconn, {1, 1, 1}), 9, false) == "abcabcabc");
    CHECK(sequence(backend(Algorithm::leastconn, {1, 1, 1}), 9, true) == "abcabcabc");
}

TEST_CASE("a server that was full for long takes its turn again, and no more, as in HAProxy") {
    auto settings = backend(Algorithm::roundrobin, {1, 1});
    settings.servers[0].maxconn = 1;
    ServerPool pool(settings, {});
    Server* a = pool.choose({});
    REQUIRE(a->name() == "a");
    CHECK(sequence(pool, 40, false) == std::string(40, 'b'));
    pool.release(*a);
    CHECK(sequence(pool, 8, false) == "abababab");
}

TEST_CASE("least connections weighs held connections as HAProxy does") {
    CHECK(sequence(backend(Algorithm::leastconn, {3, 1, 2}), 12, true) == "abcacaacabca");
}

TEST_CASE("least connections sends to the server that became free") {
    auto settings = backend(Algorithm::leastconn, {1, 1});
    ServerPool pool(settings, {});
    Server* a = pool.choose({});
    Server* b = pool.choose({});
    pool.choose({});
    pool.release(*b);
    CHECK(pool.choose({}) == b);
    CHECK(a->connections() == 2);
}

TEST_CASE("20 connections held on one server send the next 20 to the other") {
    auto settings = backend(Algorithm::leastconn, {1, 1});
    settings.servers[1].check.enabled = true;
    ServerPool pool(settings, {});
    Server& late = *pool.servers()[1];
    late.health().on_result(CheckResult::Status::refused);
    pool.update(late);
    CHECK(sequence(pool, 20, true) == std::string(20, 'a'));
    late.health().on_result(CheckResult::Status::passed);
    late.health().on_result(CheckResult::Status::passed);
    pool.update(late);
    CHECK(sequence(pool, 19, true) == std::string(19, 'b'));
}

TEST_CASE("round robin spreads by weight") {
    CHECK(sequence(backend(Algorithm::roundrobin, {1, 1, 1}), 9, false) == "abcabcabc");
    CHECK(sequence(backend(Algorithm::roundrobin, {3, 1, 2}), 12, false) == "acabacacabac");
}

TEST_CASE("round robin is exact over a long run even where weights do not divide their sum") {
    std::string names = sequence(backend(Algorithm::roundrobin, {5, 3, 3}), 11 * 100, false);
    CHECK(std::count(names.begin(), names.end(), 'a') == Approx(500).margin(2));
    CHECK(std::count(names.begin(), names.end(), 'b') == Approx(300).margin(2));
}

TEST_CASE("first always takes the first usable server") {
    auto settings = backend(Algorithm::first, {1, 1, 1});
    settings.servers[0].disabled = true;
    CHECK(sequence(settings, 4, true) == "bbbb");
}

TEST_CASE("a server that was tried is not chosen again") {
    for (Algorithm algorithm : {Algorithm::leastconn, Algorithm::roundrobin, Algorithm::first}) {
        auto settings = backend(algorithm, {1, 1, 1});
        ServerPool pool(settings, {});
        std::vector<const Server*> tried;
        for (int i = 0; i < 3; ++i) {
            Server* server = pool.choose({tried});
            REQUIRE(server);
            CHECK_FALSE(contains(tried, *server));
            CHECK(pool.has_another(tried));
            tried.push_back(server);
        }
        CHECK_FALSE(pool.has_another(tried));
        CHECK(pool.choose({tried}) == nullptr);
    }
}

TEST_CASE("disabled servers and weight 0 take nothing") {
    auto settings = backend(Algorithm::leastconn, {1, 0, 1});
    settings.servers[2].disabled = true;
    CHECK(sequence(settings, 3, false) == "aaa");
    settings.servers[0].disabled = true;
    CHECK(sequence(settings, 1, false) == "-");
}

TEST_CASE("backups serve only while nothing else can, and only the first of them") {
    auto settings = backend(Algorithm::roundrobin, {1, 1, 1});
    settings.servers[1].backup = settings.servers[2].backup = true;
    CHECK(sequence(settings, 3, false) == "aaa");
    settings.servers[0].disabled = true;
    CHECK(sequence(settings, 6, false) == "bbbbbb");
    settings.all_backups = true;
    CHECK(sequence(settings, 6, false) == "bcbcbc");
}

TEST_CASE("a backup is no other server while an active one is usable") {
    auto settings = backend(Algorithm::leastconn, {1, 1});
    settings.servers[1].backup = true;
    ServerPool pool(settings, {});
    const Server* tried[] = {pool.servers()[0].get()};
    CHECK_FALSE(pool.has_another(tried));
    CHECK(pool.choose({tried}) == nullptr);
}

TEST_CASE("choosing among 1,000 servers keeps them level") {
    auto settings = backend(Algorithm::leastconn, std::vector<unsigned>(1000, 1));
    ServerPool pool(settings, {});
    for (int i = 0; i < 5000; ++i) pool.choose({});
    for (const auto& server : pool.servers()) CHECK(server->connections() == 5);
}
