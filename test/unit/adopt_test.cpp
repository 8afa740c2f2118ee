// A pool of servers takes another configuration: what stays, and what begins anew.
#include <algorithm>
#include <string>
#include <vector>

#include "catch.hpp"
#include "spliced/balance/server_pool.hpp"

using namespace spliced::balance;
using spliced::config::Algorithm;

namespace {

spliced::config::Server server(const std::string& name, std::uint16_t port, unsigned weight = 1) {
    spliced::config::Server settings;
    settings.name = name;
    settings.address = spliced::os::Address::ipv4(0x7f000001, port);
    settings.weight = weight;
    return settings;
}

spliced::config::Backend backend(Algorithm algorithm, std::vector<spliced::config::Server> servers) {
    spliced::config::Backend settings;
    settings.algorithm = algorithm;
    settings.servers = std::move(servers);
    return settings;
}

std::string sequence(ServerPool& pool, int count, bool hold) {
    std::string names;
    for (int i = 0; i < count; ++i) {
        Server* chosen = pool.choose({});
        names += chosen ? chosen->name() : "-";
        if (chosen && !hold) pool.release(*chosen);
    }
    return names;
}

}  // namespace

TEST_CASE("a server that is added gets all new connections until it has as many") {
    auto before = backend(Algorithm::leastconn, {server("a", 1)});
    ServerPool pool(before, {});
    CHECK(sequence(pool, 5, true) == "aaaaa");
    auto after = backend(Algorithm::leastconn, {server("a", 1), server("b", 2)});
    CHECK(pool.adopt(after, {}).empty());
    CHECK(sequence(pool, 5, true) == "bbbbb");
}

TEST_CASE("a server that is removed is handed over and chosen no more") {
    auto before = backend(Algorithm::leastconn, {server("a", 1), server("b", 2)});
    ServerPool pool(before, {});
    Server* b = nullptr;
    for (int i = 0; i < 2; ++i)
        if (Server* chosen = pool.choose({}); chosen->name() == "b") b = chosen;
    REQUIRE(b != nullptr);
    auto after = backend(Algorithm::leastconn, {server("a", 1)});
    auto gone = pool.adopt(after, {});
    REQUIRE(gone.size() == 1);
    CHECK(gone[0].get() == b);
    CHECK(sequence(pool, 3, true) == "aaa");
    pool.release(*b);
    CHECK(b->connections() == 0);
}

TEST_CASE("a persistent server is chosen while it runs, drained or not, and else another") {
    auto settings = backend(Algorithm::roundrobin, {server("a", 1), server("b", 2), server("c", 3)});
    ServerPool pool(settings, {});
    Server* b = pool.find("b");
    auto chosen = [&](Tried tried = {}) { return pool.choose({tried, nullptr, b})->name(); };
    CHECK(chosen() == "b");
    CHECK(chosen() == "b");
    pool.set_weight(*b, 0);
    CHECK(chosen() == "b");
    pool.set_admin(*b, forced_drain, {});
    CHECK(chosen() == "b");
    CHECK(b->connections() == 4);
    const std::vector<const Server*> tried{b};
    CHECK(chosen(tried) == "a");
    pool.set_admin(*b, forced_maintenance, {});
    CHECK(chosen() == "c");
    pool.set_admin(*b, 0, {});
    pool.force_health(*b, Health::Forced::down, {});
    CHECK(chosen() == "a");
}

TEST_CASE("the turn of round robin goes on over a new configuration") {
    auto before = backend(Algorithm::roundrobin, {server("a", 1), server("b", 2), server("c", 3)});
    ServerPool pool(before, {});
    CHECK(sequence(pool, 4, false) == "abca");
    auto same = backend(Algorithm::roundrobin, {server("a", 1), server("b", 2), server("c", 3)});
    pool.adopt(same, {});
    CHECK(sequence(pool, 4, false) == "bcab");
    auto other = backend(Algorithm::roundrobin, {server("a", 1), server("c", 3), server("b", 2)});
    pool.adopt(other, {});
    CHECK(sequence(pool, 3, false) == "cab");
}

TEST_CASE("another address is another server, whose books go on") {
    auto before = backend(Algorithm::leastconn, {server("a", 1)});
    ServerPool pool(before, {});
    Server* old = pool.choose({});
    old->counters.bytes_in = 7;
    old->health().force(Health::Forced::down);
    auto after = backend(Algorithm::leastconn, {server("a", 9)});
    auto gone = pool.adopt(after, {});
    REQUIRE(gone.size() == 1);
    CHECK(gone[0].get() == old);
    CHECK(pool.servers()[0]->counters.bytes_in == 7);
    CHECK(pool.servers()[0]->connections() == 0);
    CHECK(pool.servers()[0]->health().up());
}

TEST_CASE("what was set at run time stays unless the file changes it") {
    auto before = backend(Algorithm::leastconn, {server("a", 1, 10), server("b", 2, 10)});
    ServerPool pool(before, {});
    Server& a = *pool.find("a");
    Server& b = *pool.find("b");
    pool.set_weight(a, 50);
    pool.set_admin(b, forced_drain, {});
    auto same = backend(Algorithm::leastconn, {server("a", 1, 10), server("b", 2, 10)});
    pool.adopt(same, {});
    CHECK(a.weight() == 50);
    CHECK(b.is_draining());
    CHECK(sequence(pool, 3, true) == "aaa");
    auto other = backend(Algorithm::leastconn, {server("a", 1, 20), server("b", 2, 10)});
    other.servers[1].disabled = true;
    pool.adopt(other, {});
    CHECK(a.weight() == 20);
    CHECK(b.in_maintenance());
    auto last = other;
    last.servers[1].disabled = false;
    pool.adopt(last, {});
    CHECK(b.admin() == 0);
}

TEST_CASE("a change of the algorithm keeps the counts") {
    auto before = backend(Algorithm::roundrobin, {server("a", 1), server("b", 2)});
    ServerPool pool(before, {});
    CHECK(sequence(pool, 3, true) == "aba");
    auto after = backend(Algorithm::leastconn, {server("a", 1), server("b", 2)});
    pool.adopt(after, {});
    CHECK(sequence(pool, 1, true) == "b");
}

TEST_CASE("a backup that becomes a server of the first rank serves at once") {
    auto before = backend(Algorithm::first, {server("a", 1), server("b", 2)});
    before.servers[0].backup = true;
    ServerPool pool(before, {});
    CHECK(sequence(pool, 2, true) == "bb");
    auto after = backend(Algorithm::first, {server("a", 1), server("b", 2)});
    pool.adopt(after, {});
    CHECK(sequence(pool, 2, true) == "aa");
}

TEST_CASE("new rules leave a server's health where it is") {
    Health health(2, 3);
    health.on_result(CheckResult::Status::passed);
    health.set_rules(5, 7);
    CHECK(health.up());
    CHECK(health.counter() == 11);
    health.force(Health::Forced::down);
    health.set_rules(1, 1);
    CHECK_FALSE(health.up());
    CHECK(health.counter() == 0);
}

TEST_CASE("an administrator's word about health holds until a check passes") {
    Health health(2, 3);
    health.force(Health::Forced::stopping);
    CHECK(health.up());
    CHECK(health.stopping());
    health.on_result(CheckResult::Status::passed);
    CHECK_FALSE(health.stopping());
}

TEST_CASE("downtime adds up, and maintenance is a part of it") {
    using spliced::TimePoint;
    constexpr TimePoint begin{std::chrono::hours(1)};
    Uptime uptime(true, begin);
    uptime.turn(false, begin + std::chrono::seconds(10));
    uptime.turn(true, begin + std::chrono::seconds(15));
    uptime.turn(true, begin + std::chrono::seconds(16));
    uptime.turn(false, begin + std::chrono::seconds(20));
    CHECK(uptime.down(begin + std::chrono::seconds(22)) == std::chrono::seconds(7));
    CHECK(uptime.since_change(begin + std::chrono::seconds(22)) == std::chrono::seconds(2));
    CHECK(uptime.downs() == 2);
}

TEST_CASE("a server whose name is followed keeps where it is, and begins anew under another name") {
    auto named = [](const std::string& host) {
        auto settings = server("a", 1);
        settings.address = {};
        settings.naming.host = host;
        settings.naming.port = 80;
        settings.naming.resolvers = "dns";
        return backend(Algorithm::leastconn, {settings});
    };
    auto before = named("web.test");
    ServerPool pool(before, {});
    Server& a = *pool.servers()[0];
    CHECK_FALSE(a.has_address());
    CHECK_FALSE(a.usable());
    CHECK_FALSE(a.uptime.up());
    CHECK(pool.choose({}) == nullptr);
    auto address = spliced::os::Address::ipv4(0x7f000002, 80);
    pool.set_address(a, address);
    pool.set_admin(a, 0, {});
    CHECK(pool.choose({}) == &a);
    auto same = named("web.test");
    same.servers[0].disabled = true;
    CHECK(pool.adopt(same, {}).empty());
    CHECK(pool.servers()[0].get() == &a);
    CHECK(a.address() == address);
    CHECK(a.has_address());
    auto other = named("other.test");
    CHECK(pool.adopt(other, {}).size() == 1);
    CHECK_FALSE(pool.servers()[0]->has_address());
}

TEST_CASE("a name that was looked up once stays where it was when it is followed from now on") {
    auto settings = server("a", 1);
    settings.naming.host = "web.test";
    settings.naming.port = 1;
    auto before = backend(Algorithm::leastconn, {settings});
    ServerPool pool(before, {});
    settings.address = {};
    settings.naming.resolvers = "dns";
    auto after = backend(Algorithm::leastconn, {settings});
    auto gone = pool.adopt(after, {});
    CHECK(pool.servers()[0]->address() == server("a", 1).address);
    CHECK(pool.servers()[0]->usable());
}
