// What follows a failed attempt to connect.
#include "spliced/relay/retry_plan.hpp"

#include "catch.hpp"

using spliced::Duration;
using spliced::milliseconds;
using spliced::seconds;
using spliced::relay::Failure;
using spliced::relay::RetryPlan;
using Next = RetryPlan::Next;

namespace {

RetryPlan::Rules rules(unsigned retries, bool redispatch) {
    return {retries, redispatch, seconds(5)};
}

}  // namespace

TEST_CASE("without redispatch a refused connection is tried again on the same server after a pause") {
    RetryPlan plan;
    for (int i = 0; i < 3; ++i) {
        auto decision = plan.after(Failure::refused, true, rules(3, false));
        CHECK(decision.next == Next::same_server);
        CHECK(decision.pause);
    }
    CHECK(plan.after(Failure::refused, true, rules(3, false)).next == Next::give_up);
    CHECK(plan.retries() == 3);
}

TEST_CASE("without redispatch a connection that timed out is tried again at once") {
    RetryPlan plan;
    auto decision = plan.after(Failure::timeout, false, rules(3, false));
    CHECK(decision.next == Next::same_server);
    CHECK_FALSE(decision.pause);
}

TEST_CASE("redispatch goes to another server at once and pauses when all were tried") {
    RetryPlan plan;
    auto first = plan.after(Failure::refused, true, rules(3, true));
    CHECK(first.next == Next::other_server);
    CHECK_FALSE(first.pause);
    auto second = plan.after(Failure::refused, false, rules(3, true));
    CHECK(second.next == Next::new_round);
    CHECK(second.pause);
}

TEST_CASE("with no retries the first failure is the last") {
    RetryPlan plan;
    CHECK(plan.after(Failure::refused, true, rules(0, true)).next == Next::give_up);
    CHECK(plan.retries() == 0);
}

TEST_CASE("the pause is a second, or the connect timeout where that is shorter") {
    CHECK(RetryPlan::pause(rules(3, true)) == Duration(seconds(1)));
    CHECK(RetryPlan::pause({3, true, milliseconds(200)}) == Duration(milliseconds(200)));
    CHECK(RetryPlan::pause({3, true, Duration::zero()}) == Duration(seconds(1)));
}

TEST_CASE("looking for a living server among refusing ones is not counted against the retries") {
    RetryPlan plan;
    for (int dead = 0; dead < 20; ++dead)
        CHECK(plan.after(Failure::refused, true, rules(3, true)).next == Next::other_server);
    CHECK(plan.retries() == 20);
    for (int round = 0; round < 3; ++round) CHECK(plan.after(Failure::refused, false, rules(3, true)).pause);
    CHECK(plan.after(Failure::refused, false, rules(3, true)).next == Next::give_up);
}

TEST_CASE("each timeout is counted, wherever the next attempt goes") {
    RetryPlan plan;
    for (int i = 0; i < 3; ++i) {
        auto decision = plan.after(Failure::timeout, true, rules(3, true));
        CHECK(decision.next == Next::other_server);
        CHECK_FALSE(decision.pause);
    }
    CHECK(plan.after(Failure::timeout, true, rules(3, true)).next == Next::give_up);
}
