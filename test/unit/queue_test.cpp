// Who waits, in which order, and at which place.
#include "spliced/balance/queue.hpp"

#include <memory>
#include <string>
#include <vector>

#include "catch.hpp"
#include "spliced/balance/server.hpp"

using namespace spliced::balance;
using spliced::seconds;
using spliced::TimePoint;

namespace {

struct Waiter final : Ticket {
    void on_turn(Server*) override {}
    bool accepts(const Server& server) const override { return &server != refused; }
    const Server* refused = nullptr;
};

const TimePoint begin{};

TimePoint at(int second) {
    return begin + seconds(second);
}

std::string positions(const std::vector<std::unique_ptr<Waiter>>& waiters) {
    std::string text;
    for (const auto& waiter : waiters) text += std::to_string(waiter->position());
    return text;
}

std::vector<std::unique_ptr<Waiter>> line_up(Queue& queue, int count) {
    std::vector<std::unique_ptr<Waiter>> waiters;
    for (int i = 0; i < count; ++i) {
        waiters.push_back(std::make_unique<Waiter>());
        queue.join(*waiters.back(), at(i));
    }
    return waiters;
}

}  // namespace

TEST_CASE("a queue is first in, first out, and everybody knows the place", "[queue]") {
    Queue queue;
    auto waiters = line_up(queue, 5);
    CHECK(positions(waiters) == "12345");
    CHECK(queue.first() == waiters[0].get());
    waiters[0]->leave();
    CHECK(positions(waiters) == "01234");
    CHECK(queue.first() == waiters[1].get());
    CHECK(queue.size() == 4);
}

TEST_CASE("who leaves from anywhere moves those behind, and nobody else", "[queue]") {
    for (auto [who, expected] : {std::pair(0, "01234"), std::pair(2, "12034"), std::pair(4, "12340")}) {
        Queue queue;
        auto waiters = line_up(queue, 5);
        waiters[static_cast<std::size_t>(who)]->leave();
        CHECK(positions(waiters) == expected);
        CHECK_FALSE(waiters[static_cast<std::size_t>(who)]->is_waiting());
        waiters[static_cast<std::size_t>(who)]->leave();  // a second time does nothing
        CHECK(queue.size() == 4);
    }
}

TEST_CASE("a ticket that is destroyed has left", "[queue]") {
    Queue queue;
    auto waiters = line_up(queue, 3);
    waiters.erase(waiters.begin() + 1);
    CHECK(queue.size() == 2);
    CHECK(positions(waiters) == "12");
    waiters.clear();
    CHECK(queue.empty());
    CHECK(queue.first() == nullptr);
}

TEST_CASE("a queue that ends lets everybody go", "[queue]") {
    auto queue = std::make_unique<Queue>();
    auto waiters = line_up(*queue, 3);
    queue.reset();
    for (const auto& waiter : waiters) CHECK_FALSE(waiter->is_waiting());
}

TEST_CASE("who comes back with an older claim stands where it would have stood", "[queue]") {
    Queue queue;
    auto waiters = line_up(queue, 4);
    waiters[1]->leave();
    queue.join(*waiters[1], at(1));
    CHECK(positions(waiters) == "1234");
    waiters[0]->leave();
    queue.join(*waiters[0], at(0));
    CHECK(queue.first() == waiters[0].get());
    CHECK(positions(waiters) == "1234");
    CHECK(waiters[0]->since() == at(0));
}

TEST_CASE("among equal claims the one that came first is first", "[queue]") {
    Queue queue;
    Waiter a;
    Waiter b;
    queue.join(a, at(1));
    queue.join(b, at(1));
    CHECK(queue.first() == &a);
}

TEST_CASE("a queue remembers its longest", "[queue]") {
    Queue queue;
    auto waiters = line_up(queue, 3);
    waiters.clear();
    CHECK(queue.peak() == 3);
    queue.forget_peak();
    CHECK(queue.peak() == 0);
}

TEST_CASE("the first that a server is of use to may stand behind others", "[queue]") {
    spliced::config::Server settings;
    Server server(settings, begin);
    Queue queue;
    auto waiters = line_up(queue, 3);
    CHECK(queue.first_for(server) == waiters[0].get());
    waiters[0]->refused = &server;
    CHECK(queue.first_for(server) == waiters[1].get());
    waiters[1]->refused = waiters[2]->refused = &server;
    CHECK(queue.first_for(server) == nullptr);
}
