// When a name is asked for, and what is kept of the answers. The name servers are the test.
#include "spliced/resolve/name_watch.hpp"

#include "catch.hpp"

using namespace spliced;
using namespace std::chrono_literals;
using resolve::Answer;
using resolve::Failure;
using resolve::Kind;
using resolve::NameWatch;

namespace {

Answer answer(std::initializer_list<unsigned> hosts, seconds ttl = 0s) {
    Answer good;
    good.ttl = ttl;
    for (unsigned host : hosts) {
        resolve::Record record;
        record.address = os::Address::ipv4(0x0a000000U + host, 0);
        good.records.push_back(record);
    }
    return good;
}

Answer failure(Failure kind) {
    Answer bad;
    bad.failure = kind;
    return bad;
}

/// A watch and its clock, which begins at zero.
struct Bench {
    NameWatch::Rules rules = [] {
        NameWatch::Rules presets;
        presets.servers = 1;
        presets.retries = 3;
        presets.resolve = presets.retry = 1s;
        presets.valid = 10s;
        presets.nx = presets.timeout = presets.refused = presets.other = 30s;
        return presets;
    }();
    NameWatch watch{"web.test", {Kind::ipv4}};
    TimePoint now{};
    double chance = 0;

    NameWatch::Step step() { return watch.step({now, chance}, rules); }
    /// Goes to the next moment that the watch wants.
    NameWatch::Step wait() {
        now = watch.due();
        return step();
    }
    bool hear(const Answer& heard) { return watch.on_answer(watch.attempt(), heard, {now, chance}, rules); }
    /// Until the next question.
    milliseconds until_due() const { return std::chrono::duration_cast<milliseconds>(watch.due() - now); }
    std::string known() const {
        std::string text;
        for (const auto& record : watch.records()) {
            auto host = record.address.host_text();
            text += (text.empty() ? "" : " ") + host.substr(host.rfind('.') + 1);
        }
        return text;
    }
    /// Asks, and hears this.
    void resolve(const Answer& heard) {
        REQUIRE(wait().ask);
        hear(heard);
    }
};

}  // namespace

TEST_CASE("a name is asked for at once, and again when the answer has had its time") {
    Bench bench;
    auto first = bench.step();
    REQUIRE(first.ask == Kind::ipv4);
    CHECK_FALSE(bench.step().ask);  // an attempt is under way
    CHECK(bench.hear(answer({1, 2})));
    CHECK(bench.known() == "1 2");
    CHECK(bench.until_due() == 10s);
    CHECK(bench.wait().ask == Kind::ipv4);
}

TEST_CASE("an answer holds for its time to live, for hold valid at least and an hour at most") {
    struct Row {
        seconds ttl;
        milliseconds holds;
    };
    for (Row row : {Row{0s, 10s}, Row{9s, 10s}, Row{11s, 11s}, Row{3600s, 1h}, Row{86400s, 1h}}) {
        Bench bench;
        bench.resolve(answer({1}, row.ttl));
        CHECK(bench.until_due() == row.holds);
    }
}

TEST_CASE("questions are moved by up to a tenth, never to an earlier time") {
    Bench bench;
    bench.chance = 1;
    bench.resolve(answer({1}));
    CHECK(bench.until_due() == 11s);
    bench.resolve(failure(Failure::other));
    CHECK(bench.until_due() == 1100ms);
}

TEST_CASE("silence is asked again, as often as resolve_retries says, each timeout retry") {
    Bench bench;
    for (int attempt = 1; attempt <= 3; ++attempt) {
        CHECK(bench.wait().ask == Kind::ipv4);
        CHECK(bench.watch.attempt() == static_cast<unsigned>(attempt));
        CHECK(bench.until_due() == 1s);
    }
    CHECK_FALSE(bench.wait().ask);
    CHECK(bench.watch.failure() == Failure::timeout);
    CHECK(bench.until_due() == 1s);  // timeout resolve
}

TEST_CASE("a name server that cannot be reached is not asked faster than a silent one") {
    Bench bench;
    REQUIRE(bench.step().ask);
    bench.hear(failure(Failure::timeout));  // at once: the port is closed
    CHECK(bench.until_due() == 1s);
    CHECK(bench.wait().ask);
}

TEST_CASE("the first good answer counts, and those that come later do not") {
    Bench bench;
    bench.rules.servers = 3;
    REQUIRE(bench.step().ask);
    CHECK_FALSE(bench.hear(failure(Failure::nx)));
    CHECK(bench.hear(answer({1})));
    CHECK_FALSE(bench.hear(answer({2})));
    CHECK(bench.known() == "1");
    CHECK(bench.watch.failure() == Failure::none);
}

TEST_CASE("an answer to an earlier attempt is too late") {
    Bench bench;
    REQUIRE(bench.step().ask);
    unsigned first = bench.watch.attempt();
    REQUIRE(bench.wait().ask);
    CHECK_FALSE(bench.watch.on_answer(first, answer({1}), {bench.now, 0}, bench.rules));
    CHECK(bench.hear(answer({2})));
    CHECK(bench.known() == "2");
}

TEST_CASE("a name server that knows that there is no such name goes before one that is silent") {
    Bench bench;
    bench.rules.servers = 2;
    REQUIRE(bench.step().ask);
    bench.hear(failure(Failure::nx));
    CHECK(bench.watch.failure() == Failure::none);  // the other may know more
    CHECK_FALSE(bench.wait().ask);
    CHECK(bench.watch.failure() == Failure::nx);
}

TEST_CASE("where there is nothing of the first family the second is asked for, at once") {
    for (Failure kind : {Failure::nx, Failure::refused, Failure::other}) {
        Bench bench;
        bench.watch = NameWatch("web.test", {Kind::ipv6, Kind::ipv4});
        CHECK(bench.step().ask == Kind::ipv6);
        bench.hear(failure(kind));
        CHECK(bench.step().ask == Kind::ipv4);
        CHECK(bench.hear(answer({1})));
        CHECK(bench.wait().ask == Kind::ipv6);  // the next resolution begins anew
    }
}

TEST_CASE("no failure takes what is known, however long it lasts") {
    for (Failure kind : {Failure::nx, Failure::timeout, Failure::refused, Failure::other}) {
        Bench bench;
        bench.resolve(answer({1, 2}));
        for (int i = 0; i < 300; ++i) {
            if (bench.wait().ask) bench.hear(failure(kind));
        }
        CHECK(bench.now > TimePoint() + 100s);
        CHECK(bench.known() == "1 2");
        CHECK(bench.watch.failure() == kind);
        while (!bench.wait().ask) {
        }
        bench.hear(answer({2, 3}));
        CHECK(bench.known() == "2 3");
        CHECK(bench.watch.failure() == Failure::none);
    }
}

TEST_CASE("an answer without a name of before takes it away, after hold obsolete") {
    Bench bench;
    bench.rules.obsolete = 25s;
    bench.resolve(answer({1, 2}));  // at 0
    bench.resolve(answer({2, 3}));  // at 10 s
    CHECK(bench.known() == "1 2 3");
    bench.resolve(answer({2, 3}));  // at 20 s
    auto step = bench.wait();       // at 25 s
    CHECK(bench.now == TimePoint() + 25s);
    CHECK(step.changed);
    CHECK_FALSE(step.ask);
    CHECK(bench.known() == "2 3");
}

TEST_CASE("what comes back in time was never gone") {
    Bench bench;
    bench.rules.obsolete = 25s;
    bench.resolve(answer({1, 2}));
    bench.resolve(answer({2}));
    bench.resolve(answer({1, 2}));
    bench.resolve(answer({1, 2}));
    CHECK(bench.now == TimePoint() + 30s);
    CHECK(bench.known() == "1 2");
}

TEST_CASE("a name that fails for longer than its hold is told of once, until it is good again") {
    Bench bench;
    bench.rules.refused = 5s;
    bench.resolve(answer({1}));
    TimePoint failing{};
    unsigned told = 0;
    for (int i = 0; i < 40; ++i) {
        auto step = bench.wait();
        if (step.stale) ++told;
        if (step.stale) CHECK(bench.now - failing >= 5s);
        if (!step.ask) continue;
        bench.hear(failure(Failure::refused));
        if (failing == TimePoint()) failing = bench.now;
    }
    CHECK(told == 1);
    CHECK(bench.watch.is_stale());
    while (!bench.wait().ask) {
    }
    bench.hear(answer({1}));
    CHECK_FALSE(bench.watch.is_stale());
}
