// Work put off to a later turn: once each, in order, a bounded share per turn, and safe against what it
// destroys.
#include "spliced/event/deferred.hpp"

#include <memory>
#include <string>
#include <vector>

#include "catch.hpp"
#include "spliced/event/loop.hpp"

using namespace spliced::event;

namespace {

struct Worker {
    Worker(Loop& loop, DeferredList& the_list, std::string& the_trace, char the_name)
        : list(the_list), trace(the_trace), name(the_name) {
        work.bind<&Worker::run>(loop, *this);
        list.append(work);
    }
    Verdict run() {
        trace += name;
        if (again) list.append(work);
        if (victim) victim->reset();
        return Verdict::keep;
    }
    void dispose() {}

    DeferredList& list;
    std::string& trace;
    char name;
    bool again = false;
    std::unique_ptr<Worker>* victim = nullptr;
    Deferred work;
};

}  // namespace

TEST_CASE("deferred work runs once, the oldest first") {
    auto loop = Loop::create();
    REQUIRE(loop);
    DeferredList list;
    std::string trace;
    Worker a(**loop, list, trace, 'a');
    Worker b(**loop, list, trace, 'b');
    list.run(10);
    list.run(10);
    CHECK(trace == "ab");
    CHECK(list.empty());
}

TEST_CASE("what is put off again waits for a later turn, behind those that have not had theirs") {
    auto loop = Loop::create();
    REQUIRE(loop);
    DeferredList list;
    std::string trace;
    std::vector<std::unique_ptr<Worker>> workers;
    for (char name : {'a', 'b', 'c'}) {
        workers.push_back(std::make_unique<Worker>(**loop, list, trace, name));
        workers.back()->again = true;
    }
    list.run(2);
    CHECK(trace == "ab");
    list.run(2);
    CHECK(trace == "abca");
    list.run(10);
    CHECK(trace == "abcabca");
    CHECK_FALSE(list.empty());
}

TEST_CASE("work may destroy other work that waits in the same turn") {
    auto loop = Loop::create();
    REQUIRE(loop);
    DeferredList list;
    std::string trace;
    Worker a(**loop, list, trace, 'a');
    auto b = std::make_unique<Worker>(**loop, list, trace, 'b');
    Worker c(**loop, list, trace, 'c');
    a.victim = &b;
    list.run(10);
    CHECK(trace == "ac");
}
