// Servers with limits: who is passed over, who waits where, and who is served when a place is free.
#include <memory>
#include <string>
#include <vector>

#include "catch.hpp"
#include "spliced/balance/server_pool.hpp"

using namespace spliced::balance;
using spliced::seconds;
using spliced::TimePoint;
using spliced::config::Algorithm;
using Kind = ServerPool::Place::Kind;

namespace {

spliced::config::Server server(const std::string& name, unsigned maxconn, unsigned minconn = 0) {
    spliced::config::Server settings;
    settings.name = name;
    settings.address =
        spliced::os::Address::ipv4(0x7f000001, static_cast<std::uint16_t>(1000 + name.front()));
    settings.maxconn = maxconn;
    settings.minconn = minconn;
    return settings;
}

spliced::config::Backend backend(std::vector<spliced::config::Server> servers,
                                 Algorithm algorithm = Algorithm::roundrobin) {
    spliced::config::Backend settings;
    settings.algorithm = algorithm;
    settings.servers = std::move(servers);
    return settings;
}

/// A session as the pool sees it.
struct Waiter final : Ticket {
    void on_turn(Server* server) override {
        given = server;
        ++turns;
    }
    bool accepts(const Server& server) const override { return !contains(tried, server); }

    std::vector<const Server*> tried;
    Server* given = nullptr;
    int turns = 0;
};

/// Comes at this second and takes what there is: a server, or a place in a queue.
Kind arrive(ServerPool& pool, Waiter& waiter, int second, Server* persistent = nullptr) {
    Request request{waiter.tried, nullptr, persistent};
    waiter.given = pool.choose(request);
    if (waiter.given) return Kind::nowhere;
    auto place = pool.where_to_wait(request);
    if (place.kind == Kind::queue) pool.wait(waiter, place, TimePoint{} + seconds(second));
    return place.kind;
}

std::string take_all(ServerPool& pool, int count) {
    std::string names;
    for (int i = 0; i < count; ++i) {
        Server* chosen = pool.choose({});
        names += chosen ? chosen->name() : "-";
    }
    return names;
}

}  // namespace

TEST_CASE("a server that is full is passed over", "[queue]") {
    struct Row {
        Algorithm algorithm;
        const char* expected;
    };
    for (const Row& row : {Row{Algorithm::roundrobin, "abcbc--"}, Row{Algorithm::leastconn, "abcbc--"},
                           Row{Algorithm::first, "abbcc--"}}) {
        auto settings = backend({server("a", 1), server("b", 2), server("c", 2)}, row.algorithm);
        ServerPool pool(settings, {});
        CHECK(take_all(pool, 7) == row.expected);
    }
}

TEST_CASE("the oldest is served by whichever server is free first", "[queue]") {
    auto settings = backend({server("a", 1), server("b", 1)});
    ServerPool pool(settings, {});
    CHECK(take_all(pool, 2) == "ab");
    std::vector<Waiter> waiters(3);
    for (int i = 0; i < 3; ++i) CHECK(arrive(pool, waiters[static_cast<std::size_t>(i)], i) == Kind::queue);
    CHECK(pool.queue().size() == 3);
    Server& b = *pool.servers()[1];
    pool.release(b);
    CHECK(waiters[0].given == &b);
    CHECK(b.connections() == 1);
    pool.release(b);
    CHECK(waiters[1].given == &b);
    pool.release(*pool.servers()[0]);
    CHECK(waiters[2].given == pool.servers()[0].get());
    CHECK(pool.queue().empty());
    for (const auto& waiter : waiters) CHECK(waiter.turns == 1);
}

TEST_CASE("who comes does not overtake those that wait", "[queue]") {
    auto settings = backend({server("a", 1), server("b", 1)});
    ServerPool pool(settings, {});
    take_all(pool, 2);
    Waiter patient;
    patient.tried = {pool.servers()[0].get()};
    arrive(pool, patient, 0);
    pool.release(*pool.servers()[0]);  // of no use to it
    CHECK(patient.turns == 0);
    Waiter late;
    arrive(pool, late, 1);
    CHECK(late.given == pool.servers()[0].get());  // which the first does not want
    pool.release(*pool.servers()[1]);
    CHECK(patient.given == pool.servers()[1].get());
}

TEST_CASE("who belongs to one server waits for that one, beside the others", "[queue]") {
    auto settings = backend({server("a", 1), server("b", 1)});
    ServerPool pool(settings, {});
    take_all(pool, 2);
    Server& a = *pool.servers()[0];
    Server& b = *pool.servers()[1];
    Waiter own;
    Waiter any;
    arrive(pool, own, 0, &a);
    arrive(pool, any, 1);
    CHECK(a.queue.size() == 1);
    CHECK(pool.queue().size() == 1);
    pool.release(b);
    CHECK(any.given == &b);
    CHECK(own.turns == 0);
    pool.release(a);
    CHECK(own.given == &a);
}

TEST_CASE("of those who wait for a server and those who wait for any, the oldest is served", "[queue]") {
    for (bool own_first : {true, false}) {
        auto settings = backend({server("a", 1)});
        ServerPool pool(settings, {});
        take_all(pool, 1);
        Server& a = *pool.servers()[0];
        Waiter own;
        Waiter any;
        arrive(pool, own, own_first ? 0 : 1, &a);
        arrive(pool, any, own_first ? 1 : 0);
        pool.release(a);
        CHECK((own_first ? own : any).given == &a);
        CHECK((own_first ? any : own).turns == 0);
    }
}

TEST_CASE("a full queue of a server sends its own to the others, where redispatch allows it", "[queue]") {
    for (bool redispatch : {true, false}) {
        auto settings = backend({server("a", 1), server("b", 1)});
        settings.redispatch = redispatch;
        settings.servers[0].maxqueue = 1;
        ServerPool pool(settings, {});
        take_all(pool, 1);
        Server& a = *pool.servers()[0];
        Waiter first;
        Waiter second;
        CHECK(arrive(pool, first, 0, &a) == Kind::queue);
        Kind kind = arrive(pool, second, 1, &a);
        CHECK(kind == (redispatch ? Kind::nowhere : Kind::refused));
        CHECK(second.given == (redispatch ? pool.servers()[1].get() : nullptr));
    }
}

TEST_CASE("who waits for a server that goes down chooses anew, or waits on without redispatch", "[queue]") {
    for (bool redispatch : {true, false}) {
        auto settings = backend({server("a", 1), server("b", 1)});
        settings.redispatch = redispatch;
        ServerPool pool(settings, {});
        take_all(pool, 2);
        Server& a = *pool.servers()[0];
        std::vector<Waiter> waiters(2);
        for (auto& waiter : waiters) arrive(pool, waiter, 0, &a);
        pool.force_health(a, Health::Forced::down, {});
        CHECK(pool.moved() == (redispatch ? 2U : 0U));
        for (const auto& waiter : waiters) {
            CHECK(waiter.turns == (redispatch ? 1 : 0));
            CHECK(waiter.given == nullptr);
        }
        pool.release(a);  // it is down: nobody is sent there
        CHECK(a.connections() == 0);
        pool.force_health(a, Health::Forced::up, {});
        CHECK(waiters[0].given == (redispatch ? nullptr : &a));
    }
}

TEST_CASE("a server that comes up takes from the queue, and says how many", "[queue]") {
    auto settings = backend({server("a", 1), server("b", 2)});
    ServerPool pool(settings, {});
    Server& b = *pool.servers()[1];
    pool.force_health(b, Health::Forced::down, {});
    take_all(pool, 1);
    std::vector<Waiter> waiters(3);
    for (auto& waiter : waiters) arrive(pool, waiter, 0);
    pool.force_health(b, Health::Forced::up, {});
    CHECK(pool.moved() == 2);
    CHECK(b.connections() == 2);
    CHECK(pool.queue().size() == 1);
}

TEST_CASE("those that wait go on waiting when no server is left, and who comes does not begin to",
          "[queue]") {
    auto settings = backend({server("a", 1)});
    ServerPool pool(settings, {});
    take_all(pool, 1);
    Waiter waiter;
    arrive(pool, waiter, 0);
    pool.force_health(*pool.servers()[0], Health::Forced::down, {});
    CHECK(waiter.is_waiting());
    Waiter late;
    CHECK(arrive(pool, late, 1) == Kind::nowhere);
    CHECK(late.given == nullptr);
    pool.force_health(*pool.servers()[0], Health::Forced::up, {});
    CHECK(waiter.turns == 0);  // the place is taken still
    pool.release(*pool.servers()[0]);
    CHECK(waiter.turns == 1);
}

TEST_CASE("a backup takes over the queue when the last active server goes", "[queue]") {
    auto settings = backend({server("a", 1), server("b", 1), server("c", 1)});
    settings.servers[1].backup = settings.servers[2].backup = true;
    ServerPool pool(settings, {});
    take_all(pool, 1);
    std::vector<Waiter> waiters(2);
    for (auto& waiter : waiters) arrive(pool, waiter, 0);
    pool.force_health(*pool.servers()[0], Health::Forced::down, {});
    CHECK(waiters[0].given == pool.servers()[1].get());
    CHECK(waiters[1].turns == 0);  // only the first backup serves
    Waiter late;
    CHECK(arrive(pool, late, 1) == Kind::queue);
    CHECK(pool.servers()[1]->queue.size() == 1);
    CHECK(pool.servers()[2]->connections() == 0);
}

TEST_CASE("a limit that grows with the load serves those that wait", "[queue]") {
    auto settings = backend({server("a", 4, 1)});
    ServerPool pool(settings, {});
    pool.set_fullconn(4);
    std::vector<Waiter> waiters(4);
    std::string served;
    for (std::size_t i = 0; i < 4; ++i) {
        pool.set_sessions(i + 1);
        arrive(pool, waiters[i], static_cast<int>(i));
        served += std::to_string(pool.servers()[0]->connections());
    }
    CHECK(served == "1234");
    CHECK(pool.queue().peak() == 0);
    pool.set_sessions(1);
    CHECK(pool.servers()[0]->limit() == 1);
    for (int i = 0; i < 3; ++i) pool.release(*pool.servers()[0]);
    CHECK_FALSE(pool.servers()[0]->has_room());
}

TEST_CASE("those that wait are served by a limit that grows for others that come", "[queue]") {
    auto settings = backend({server("a", 4, 1)});
    ServerPool pool(settings, {});
    pool.set_fullconn(4);
    pool.set_sessions(1);
    take_all(pool, 1);
    std::vector<Waiter> waiters(2);
    for (auto& waiter : waiters) arrive(pool, waiter, 0);
    CHECK(pool.queue().size() == 2);
    pool.set_sessions(2);  // sessions that have not come so far as to choose a server
    CHECK(waiters[0].turns == 1);
    CHECK(waiters[1].turns == 0);
    pool.set_sessions(3);
    CHECK(waiters[1].turns == 1);
}

TEST_CASE("a limit that is raised serves at once, one that is lowered takes nothing back", "[queue]") {
    auto settings = backend({server("a", 1)});
    ServerPool pool(settings, {});
    Server& a = *pool.servers()[0];
    take_all(pool, 1);
    std::vector<Waiter> waiters(3);
    for (auto& waiter : waiters) arrive(pool, waiter, 0);
    pool.set_limits(a, {0, 3});
    CHECK(a.connections() == 3);
    pool.set_limits(a, {0, 1});
    CHECK(a.connections() == 3);
    pool.release(a);
    CHECK(pool.queue().size() == 1);
    pool.set_limits(a, {0, 0});
    CHECK(pool.queue().empty());
}

TEST_CASE("a new configuration serves the queue by its limits, in the order of before", "[queue]") {
    auto before = backend({server("a", 1), server("b", 1)});
    ServerPool pool(before, {});
    take_all(pool, 2);
    Server& a = *pool.servers()[0];
    Server* b = pool.servers()[1].get();
    std::vector<Waiter> waiters(3);
    for (int i = 0; i < 3; ++i) arrive(pool, waiters[static_cast<std::size_t>(i)], i);
    Waiter own;
    arrive(pool, own, 3, b);

    auto after = backend({server("a", 2), server("c", 1)});
    auto gone = pool.adopt(after, {});
    CHECK(waiters[0].given == &a);
    CHECK(waiters[1].given == pool.servers()[1].get());
    CHECK(waiters[2].is_waiting());
    CHECK(own.turns == 1);  // its server is gone: it chooses anew
    CHECK(own.given == nullptr);
    pool.release(*b);  // nobody is sent to a server that is gone
    CHECK(waiters[2].is_waiting());
    CHECK(b->connections() == 0);
}

TEST_CASE("a limit set at run time stays where the file says the same as before", "[queue]") {
    auto before = backend({server("a", 1)});
    ServerPool pool(before, {});
    pool.set_limits(*pool.servers()[0], {7, 7});
    auto same = backend({server("a", 1)});
    pool.adopt(same, {});
    CHECK(pool.servers()[0]->limits().most == 7);
    auto other = backend({server("a", 2)});
    pool.adopt(other, {});
    CHECK(pool.servers()[0]->limits().most == 2);
}

TEST_CASE("a draining server still serves its own, and nobody else", "[queue]") {
    auto settings = backend({server("a", 1), server("b", 1)});
    ServerPool pool(settings, {});
    Server& a = *pool.servers()[0];
    pool.set_weight(a, 0);
    Waiter own;
    arrive(pool, own, 0, &a);
    CHECK(own.given == &a);
    take_all(pool, 1);
    Waiter second;
    Waiter any;
    CHECK(arrive(pool, second, 1, &a) == Kind::queue);
    CHECK(arrive(pool, any, 0) == Kind::queue);
    pool.release(a);
    CHECK(second.given == &a);
    CHECK(any.turns == 0);
}
