// Limits of bytes per time: what flows within any time, and who waits for how long.
#include "spliced/relay/token_bucket.hpp"

#include "catch.hpp"
#include "spliced/relay/throttle.hpp"

namespace {

using namespace spliced;
using relay::Lane;
using relay::TokenBucket;

constexpr TimePoint start{std::chrono::hours(1)};

/// The bytes that flow through a lane until `end`, where there are always more.
std::size_t flow_until(Lane& lane, TimePoint now, TimePoint end, std::size_t at_a_time) {
    std::size_t total = 0;
    while (now < end) {
        std::size_t allowed = lane.allowance(now);
        if (allowed == 0) {
            REQUIRE(lane.held_until() > now);
            now = lane.held_until();
            continue;
        }
        std::size_t moved = std::min(allowed, at_a_time);
        lane.spend(moved);
        total += moved;
    }
    return total;
}

}  // namespace

TEST_CASE("a bucket gives a period's bytes at once and the rest in time", "[bandwidth]") {
    TokenBucket bucket({1000, seconds(1), 0});
    CHECK(bucket.book(start, 1000) == start);
    CHECK(bucket.book(start, 500) == start + milliseconds(500));
    CHECK(bucket.book(start, 500) == start + seconds(1));
    CHECK(bucket.book(start + seconds(10), 1000) == start + seconds(10));
    CHECK(bucket.book(start + seconds(10), 1) == start + seconds(10) + milliseconds(1));
}

TEST_CASE("what is given back can be booked again", "[bandwidth]") {
    TokenBucket bucket({1000, seconds(1), 0});
    bucket.book(start, 1500);
    bucket.refund(500);
    CHECK(bucket.book(start, 250) == start + milliseconds(250));
}

TEST_CASE("a bucket without a rate holds nothing back", "[bandwidth]") {
    TokenBucket bucket({});
    CHECK(bucket.book(start, 1 << 30) == start);
    bucket.refund(1 << 30);
    CHECK(bucket.book(start, 1 << 30) == start);
}

TEST_CASE("the share is a small part of the rate, and never more than the rate", "[bandwidth]") {
    CHECK(TokenBucket({1, seconds(1), 0}).share() == 1);
    CHECK(TokenBucket({100, seconds(1), 0}).share() == 100);
    CHECK(TokenBucket({10'000, seconds(1), 0}).share() == 1448);
    CHECK(TokenBucket({1'000'000, seconds(1), 0}).share() == 20'000);
    CHECK(TokenBucket({1'000'000'000, seconds(1), 0}).share() == 65'536);
    CHECK(TokenBucket({1000, milliseconds(1), 0}).share() == 1000);
    CHECK(TokenBucket({1'000'000, std::chrono::hours(1), 0}).share() == 1448);
    CHECK(TokenBucket({10'000, seconds(1), 5000}).share() == 5000);
}

TEST_CASE("over any time no more flows than the rate and one period's burst", "[bandwidth]") {
    struct Row {
        std::size_t bytes;
        Duration period;
        std::size_t at_a_time;
    };
    const Row rows[] = {{1000, seconds(1), 1 << 20},       {1000, seconds(1), 1},
                        {1'000'000, seconds(1), 1448},     {50'000'000, seconds(1), 1 << 20},
                        {500'000, milliseconds(100), 100}, {3, seconds(1), 1 << 20}};
    for (const Row& row : rows) {
        INFO(row.bytes << " bytes, " << row.at_a_time << " at a time");
        Lane lane;
        lane.limit(Lane::Owner::rule, {row.bytes, row.period, 0});
        std::size_t moved = flow_until(lane, start, start + 10 * row.period, row.at_a_time);
        CHECK(moved <= 11 * row.bytes);
        CHECK(moved >= 10 * row.bytes);
    }
}

TEST_CASE("of several limits of a flow the lowest one holds", "[bandwidth]") {
    TokenBucket sum({100'000, seconds(1), 0});
    Lane lane;
    lane.share(sum);
    lane.limit(Lane::Owner::listener, {30'000, seconds(1), 0});
    lane.limit(Lane::Owner::rule, {20'000, seconds(1), 0});
    std::size_t moved = flow_until(lane, start, start + seconds(10), 1 << 20);
    CHECK(moved <= 220'000);
    CHECK(moved >= 200'000);
    lane.limit(Lane::Owner::rule, {0, seconds(1), 0});
    lane.limit(Lane::Owner::listener, {0, seconds(1), 0});
    moved = flow_until(lane, start + seconds(20), start + seconds(30), 1 << 20);
    CHECK(moved <= 1'100'000);
    CHECK(moved >= 1'000'000);
}

TEST_CASE("flows that share a bucket take turns", "[bandwidth]") {
    TokenBucket sum({100'000, seconds(1), 0});
    std::array<Lane, 3> lanes;
    std::array<std::size_t, 3> moved{};
    for (Lane& lane : lanes) lane.share(sum);
    TimePoint end = start + seconds(10);
    for (TimePoint now = start; now < end; now += milliseconds(1))
        for (std::size_t i = 0; i < lanes.size(); ++i)
            if (std::size_t allowed = lanes[i].allowance(now)) {
                lanes[i].spend(allowed);
                moved[i] += allowed;
            }
    std::size_t total = moved[0] + moved[1] + moved[2];
    CHECK(total <= 1'100'000);
    CHECK(total >= 1'000'000);
    for (std::size_t each : moved) CHECK(each >= 300'000);
}

TEST_CASE("a flow that ends gives back what it had booked", "[bandwidth]") {
    TokenBucket sum({1448, seconds(1), 0});
    {
        Lane gone;
        gone.share(sum);
        CHECK(gone.allowance(start) == 1448);
    }
    CHECK(sum.book(start, 1448) == start);
}
