// Rates and means, as the statistics show them.
#include "spliced/base/rate.hpp"
#include "catch.hpp"
#include "spliced/base/average.hpp"

using namespace spliced;

namespace {

constexpr TimePoint begin{std::chrono::hours(1)};

}  // namespace

TEST_CASE("a rate counts the last second, and its share of the one before") {
    Rate rate;
    CHECK(rate.per_second(begin) == 0);
    for (int i = 0; i < 100; ++i) rate.count(begin);
    CHECK(rate.per_second(begin) == 100);
    CHECK(rate.per_second(begin + milliseconds(999)) == 100);
    CHECK(rate.per_second(begin + milliseconds(1250)) == 75);
    CHECK(rate.per_second(begin + milliseconds(2000)) == 0);
}

TEST_CASE("a steady rate is shown as it is, at any moment of the second") {
    Rate rate;
    for (int i = 0; i < 5000; ++i) {
        TimePoint now = begin + milliseconds(i);
        rate.count(now);
        if (i >= 2000) CHECK(std::abs(static_cast<int>(rate.per_second(now)) - 1000) <= 2);
    }
    CHECK(rate.peak() <= 1002);
}

TEST_CASE("the wait for a slot ends at the first millisecond that has one") {
    for (unsigned limit : {1U, 3U, 5U, 7U, 100U, 999U, 1500U}) {
        Rate rate;
        TimePoint now = begin;
        for (int i = 0; i < 4000; ++i) {
            auto wait = rate.wait(now, limit);
            if (wait > milliseconds(0)) {
                CHECK(rate.per_second(now) >= limit);
                CHECK(rate.per_second(now + wait) < limit);
                if (wait > milliseconds(1)) CHECK(rate.per_second(now + wait - milliseconds(1)) >= limit);
                now += wait;
            }
            rate.count(now);
        }
        CHECK(rate.peak() <= limit);
    }
}

TEST_CASE("five a second are five at once and then, from the next second on, one each 200 ms") {
    Rate rate;
    std::string seen;
    TimePoint now = begin;
    for (int i = 0; i < 9; ++i) {
        now += rate.wait(now, 5);
        rate.count(now);
        seen += std::to_string(std::chrono::duration_cast<milliseconds>(now - begin).count()) + " ";
    }
    CHECK(seen == "0 0 0 0 0 1001 1201 1401 1601 ");
}

TEST_CASE("a rate forgets what is long ago") {
    Rate rate;
    rate.count(begin);
    rate.count(begin + std::chrono::hours(24 * 365));
    CHECK(rate.per_second(begin + std::chrono::hours(24 * 365)) == 1);
    rate.forget_peak();
    CHECK(rate.peak() == 0);
}

TEST_CASE("a mean is exact for few samples and follows for many") {
    Average average;
    CHECK(average.mean() == 0);
    average.add(10);
    CHECK(average.mean() == 10);
    average.add(20);
    CHECK(average.mean() == 15);
    CHECK(average.peak() == 20);
    for (int i = 0; i < 20000; ++i) average.add(100);
    CHECK(average.mean() == 100);
}
