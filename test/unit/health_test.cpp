// HAProxy's health counter: when a server goes down, when it comes back, how soon it is asked again.
#include "spliced/balance/health.hpp"

#include "catch.hpp"

using spliced::balance::Health;
using Status = spliced::balance::CheckResult::Status;
using Change = Health::Change;
using std::chrono::milliseconds;

TEST_CASE("a server starts up, and the first failure takes it down") {
    Health health(2, 3);
    CHECK(health.up());
    CHECK(health.counter() == 2);
    CHECK(health.on_result(Status::refused) == Change::went_down);
    CHECK_FALSE(health.up());
    CHECK(health.counter() == 0);
}

TEST_CASE("one success after the start gives full health, and then it takes `fall` failures") {
    Health health(2, 3);
    CHECK(health.on_result(Status::passed) == Change::none);
    CHECK(health.counter() == 4);
    CHECK(health.on_result(Status::timed_out) == Change::none);
    CHECK(health.on_result(Status::refused) == Change::none);
    CHECK(health.on_result(Status::refused) == Change::went_down);
}

TEST_CASE("a success in between restores full health") {
    Health health(2, 3);
    health.on_result(Status::passed);
    health.on_result(Status::refused);
    health.on_result(Status::refused);
    health.on_result(Status::passed);
    CHECK(health.counter() == 4);
}

TEST_CASE("a dead server is up again after `rise` successes in a row, with full health") {
    Health health(3, 2);
    health.on_result(Status::refused);
    CHECK(health.on_result(Status::passed) == Change::none);
    CHECK(health.on_result(Status::passed) == Change::none);
    CHECK(health.on_result(Status::refused) == Change::none);
    CHECK(health.counter() == 0);
    health.on_result(Status::passed);
    health.on_result(Status::passed);
    CHECK(health.on_result(Status::passed) == Change::went_up);
    CHECK(health.counter() == 4);
}

TEST_CASE("rise 1 and fall 1 follow every check") {
    Health health(1, 1);
    CHECK(health.on_result(Status::refused) == Change::went_down);
    CHECK(health.on_result(Status::passed) == Change::went_up);
    CHECK(health.on_result(Status::timed_out) == Change::went_down);
}

TEST_CASE("a check that taught nothing changes nothing") {
    Health health(2, 3);
    CHECK(health.on_result(Status::inconclusive) == Change::none);
    CHECK(health.counter() == 2);
}

TEST_CASE("the interval is `fastinter` in transition and `downinter` when down") {
    spliced::config::Check check;
    check.inter = milliseconds(2000);
    check.fastinter = milliseconds(500);
    check.downinter = milliseconds(7000);
    Health health(2, 3);
    CHECK(health.interval(check) == milliseconds(500));
    health.on_result(Status::passed);
    CHECK(health.interval(check) == milliseconds(2000));
    health.on_result(Status::refused);
    CHECK(health.interval(check) == milliseconds(500));
    health.on_result(Status::refused);
    health.on_result(Status::refused);
    CHECK(health.interval(check) == milliseconds(7000));
    health.on_result(Status::passed);
    CHECK(health.interval(check) == milliseconds(500));
}

TEST_CASE("absent intervals are `inter`") {
    spliced::config::Check check;
    Health health(2, 3);
    CHECK(health.interval(check) == check.inter);
    health.on_result(Status::refused);
    CHECK(health.interval(check) == check.inter);
}

TEST_CASE("checks are spread by what is configured, and those that fail a little in any case") {
    using spliced::balance::spread_percent;
    CHECK(spread_percent(Status::passed, 0) == 0);
    CHECK(spread_percent(Status::passed, 20) == 20);
    CHECK(spread_percent(Status::refused, 0) > 0);
    CHECK(spread_percent(Status::timed_out, 50) == 50);
}

TEST_CASE("a spread interval stays within its percentage") {
    using spliced::balance::spread;
    using std::chrono::microseconds;
    constexpr microseconds second{1'000'000};
    CHECK(spread(second, 0, 1.0) == second);
    CHECK(spread(second, 10, -1.0) == microseconds(900'000));
    CHECK(spread(second, 10, 0.0) == second);
    CHECK(spread(second, 10, 1.0) == microseconds(1'100'000));
}
