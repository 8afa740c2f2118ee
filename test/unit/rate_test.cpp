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
