// Weights: of maps, of random choices, changed at run time, and growing in a slow start.
#include <algorithm>
#include <string>
#include <vector>

#include "catch.hpp"
#include "spliced/balance/port_book.hpp"
#include "spliced/balance/random_choice.hpp"
#include "spliced/balance/server_pool.hpp"

using namespace spliced::balance;
using namespace std::chrono_literals;
using spliced::TimePoint;
using spliced::config::Algorithm;

namespace {

spliced::config::Backend farm(Algorithm algorithm, std::vector<unsigned> weights,
                              std::vector<unsigned> ids = {1, 2, 3}) {
    spliced::config::Backend settings;
    settings.algorithm = algorithm;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        spliced::config::Server server;
        server.name = std::string(1, static_cast<char>('a' + i));
        server.weight = weights[i];
        server.id = ids[i];
        settings.servers.push_back(server);
    }
    return settings;
}

std::string sequence(ServerPool& pool, int count, bool hold = false) {
    std::string names;
    for (int i = 0; i < count; ++i) {
        Server* server = pool.choose({});
        names += server ? server->name() : "-";
        if (server && !hold) pool.release(*server);
    }
    return names;
}

std::string sequence(const spliced::config::Backend& settings, int count) {
    ServerPool pool(settings, {});
    return sequence(pool, count);
}

auto count_of(const std::string& names, char name) {
    return std::count(names.begin(), names.end(), name);
}

}  // namespace

TEST_CASE("static-rr has HAProxy's sequences") {
    CHECK(sequence(farm(Algorithm::static_rr, {3, 1, 2}), 22) == "aacabcaacabcaacabcaaca");
    CHECK(sequence(farm(Algorithm::static_rr, {4, 2, 2}), 22) == "aabcaabcaabcaabcaabcaa");
    CHECK(sequence(farm(Algorithm::static_rr, {5, 3, 3}), 22) == "abacabacabcabacabacabc");
    CHECK(sequence(farm(Algorithm::static_rr, {7}), 3) == "aaa");
}

TEST_CASE("the turn of static-rr goes on when a server leaves, and over a new configuration") {
    auto settings = farm(Algorithm::static_rr, {3, 1, 2});
    ServerPool pool(settings, {});
    CHECK(sequence(pool, 22) == "aacabcaacabcaacabcaaca");
    pool.set_admin(*pool.servers()[1], forced_maintenance, {});
    CHECK(sequence(pool, 15) == "caacacaacacaaca");
    auto same = farm(Algorithm::static_rr, {3, 1, 2});
    pool.adopt(same, {});
    CHECK(sequence(pool, 3) == "caa");
}

TEST_CASE("first goes by id, not by the order of the file") {
    CHECK(sequence(farm(Algorithm::first, {1, 1, 1}, {30, 10, 20}), 3) == "bbb");
}

TEST_CASE("random draws by weight") {
    auto names = sequence(farm(Algorithm::random, {3, 1, 2}), 6000);
    CHECK(count_of(names, 'a') > 2700);
    CHECK(count_of(names, 'a') < 3300);
    CHECK(count_of(names, 'b') > 800);
    CHECK(count_of(names, 'b') < 1200);
}

TEST_CASE("two draws keep held connections level, one does not") {
    auto spread = [](unsigned draws) {
        auto settings = farm(Algorithm::random, {1, 1, 1});
        settings.random_draws = draws;
        ServerPool pool(settings, {});
        sequence(pool, 3000, true);
        auto [least, most] = std::ranges::minmax_element(
            pool.servers(), {}, [](const auto& each) { return each->connections(); });
        return (*most)->connections() - (*least)->connections();
    };
    CHECK(spread(2) < 12);
    CHECK(spread(30) <= 2);
}

TEST_CASE("every algorithm skips servers that were tried, and comes to an end") {
    for (Algorithm algorithm :
         {Algorithm::static_rr, Algorithm::first, Algorithm::random, Algorithm::source, Algorithm::hash}) {
        auto settings = farm(algorithm, {2, 1, 3});
        ServerPool pool(settings, {});
        std::vector<const Server*> tried;
        for (int i = 0; i < 3; ++i) {
            Server* server = pool.choose({tried});
            REQUIRE(server);
            CHECK_FALSE(contains(tried, *server));
            tried.push_back(server);
        }
        CHECK(pool.choose({tried}) == nullptr);
    }
}

TEST_CASE("a change of the algorithm takes over cleanly, whichever it is") {
    std::vector<Algorithm> all{Algorithm::leastconn, Algorithm::roundrobin, Algorithm::static_rr,
                               Algorithm::first,     Algorithm::source,     Algorithm::random,
                               Algorithm::hash};
    std::vector<spliced::config::Backend> kept;
    kept.reserve(2 * all.size() * all.size());
    for (bool consistent : {false, true})
        for (Algorithm from : all)
            for (Algorithm to : all) {
                auto& before = kept.emplace_back(farm(from, {3, 1, 2}));
                ServerPool pool(before, {});
                pool.release(*pool.choose({}));
                auto after = farm(to, {3, 1, 2});
                after.hash_type.consistent = consistent;
                CHECK(pool.adopt(after, {}).empty());
                auto names = sequence(pool, 60);
                CHECK(names.find('-') == std::string::npos);
                if (to != Algorithm::first) CHECK(count_of(names, 'a') >= 15);
            }
}

TEST_CASE("a weight that changes at run time holds from the next pick on") {
    auto settings = farm(Algorithm::roundrobin, {1, 1});
    ServerPool pool(settings, {});
    sequence(pool, 2);
    pool.set_weight(*pool.servers()[0], 3);
    auto names = sequence(pool, 40);
    CHECK(count_of(names, 'a') >= 29);
    CHECK(count_of(names, 'a') <= 31);
    pool.set_weight(*pool.servers()[0], 0);
    CHECK(sequence(pool, 3) == "bbb");
    pool.set_weight(*pool.servers()[0], 256);
    CHECK(count_of(sequence(pool, 257), 'b') <= 2);
    CHECK(pool.weight() == 257);
}

TEST_CASE("weights of static algorithms are static") {
    spliced::config::Backend settings;
    for (auto [algorithm, dynamic] :
         {std::pair(Algorithm::leastconn, true), std::pair(Algorithm::static_rr, false),
          std::pair(Algorithm::source, false), std::pair(Algorithm::hash, false),
          std::pair(Algorithm::first, true), std::pair(Algorithm::random, true)}) {
        settings.algorithm = algorithm;
        CHECK(has_dynamic_weights(settings) == dynamic);
    }
    settings.algorithm = Algorithm::source;
    settings.hash_type.consistent = true;
    CHECK(has_dynamic_weights(settings));
}

TEST_CASE("a server that comes back takes its weight step by step; at the start of all it has it all") {
    auto settings = farm(Algorithm::roundrobin, {10, 10});
    settings.servers[0].slowstart = 8s;
    ServerPool pool(settings, {});
    Server& a = *pool.servers()[0];
    CHECK(a.effective_weight() == 160);
    CHECK_FALSE(a.throttle());
    TimePoint start{1000s};
    pool.set_admin(a, forced_maintenance, start);
    pool.set_admin(a, 0, start);
    struct Step {
        std::chrono::milliseconds after;
        unsigned throttle, weight;
    };
    for (Step step : {Step{0ms, 6, 10}, Step{499ms, 6, 10}, Step{500ms, 12, 20}, Step{1s, 18, 30},
                      Step{2s, 31, 50}, Step{7s, 93, 150}, Step{7999ms, 100, 160}}) {
        TimePoint next = pool.warm_up(start + step.after);
        INFO(step.after.count());
        CHECK(a.throttle() == step.throttle);
        CHECK(a.effective_weight() == step.weight);
        CHECK(next > start + step.after);
        CHECK(next <= start + step.after + 500ms);
    }
    CHECK(pool.weight() == 20);
    CHECK(pool.warm_up(start + 8s) == spliced::never);
    CHECK_FALSE(a.throttle());
    CHECK(a.effective_weight() == 160);
}

TEST_CASE("a slow start gives few connections first, and a failure ends it") {
    auto settings = farm(Algorithm::leastconn, {16, 16});
    settings.servers[0].slowstart = 10s;
    ServerPool pool(settings, {});
    Server& a = *pool.servers()[0];
    TimePoint start{1000s};
    pool.force_health(a, Health::Forced::down, start);
    pool.force_health(a, Health::Forced::up, start);
    CHECK(count_of(sequence(pool, 17, true), 'a') <= 2);
    CHECK(pool.effective_weight() == 17);
    pool.force_health(a, Health::Forced::down, start + 1s);
    CHECK(pool.warm_up(start + 1s) == spliced::never);
    CHECK_FALSE(a.throttle());
}

TEST_CASE("static weights do not grow, but the time of the slow start is known") {
    auto settings = farm(Algorithm::static_rr, {1, 1});
    settings.servers[0].slowstart = 10s;
    ServerPool pool(settings, {});
    Server& a = *pool.servers()[0];
    pool.set_admin(a, forced_maintenance, {});
    pool.set_admin(a, 0, TimePoint{1s});
    CHECK(a.throttle() == 100u);
    CHECK(a.effective_weight() == 16);
    CHECK(a.slow_start()->percent(TimePoint{6s}) == 50);
}

TEST_CASE("a slow start goes on over a new configuration, and ends where it is taken out") {
    auto settings = farm(Algorithm::roundrobin, {10, 10});
    settings.servers[0].slowstart = 8s;
    ServerPool pool(settings, {});
    Server& a = *pool.servers()[0];
    TimePoint start{1000s};
    pool.set_admin(a, forced_maintenance, start);
    pool.set_admin(a, 0, start);
    auto same = settings;
    pool.adopt(same, start + 1s);
    CHECK(a.throttle() == 18u);
    auto without = farm(Algorithm::roundrobin, {10, 10});
    pool.adopt(without, start + 2s);
    CHECK_FALSE(a.throttle());
    CHECK(a.effective_weight() == 160);
}

TEST_CASE("a port is given out once, in turn, until it comes back") {
    PortBook book(1000, 1002);
    CHECK(book.take() == 1000);
    CHECK(book.take() == 1001);
    book.give_back(1000);
    CHECK(book.take() == 1002);
    CHECK(book.take() == 1000);
    CHECK_FALSE(book.take());
    book.give_back(999);
    book.give_back(1003);
    CHECK_FALSE(book.take());
    book.give_back(1001);
    CHECK(book.take() == 1001);
    CHECK(PortBook(65535, 65535).take() == 65535);
}
