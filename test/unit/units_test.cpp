// Numbers, durations and sizes.
#include "spliced/base/units.hpp"

#include "catch.hpp"

using namespace std::chrono_literals;
using spliced::duration_text;
using spliced::parse_duration;
using spliced::parse_integer;
using spliced::parse_size;
using spliced::size_text;

TEST_CASE("a duration has each of the units, and milliseconds without one") {
    CHECK(*parse_duration("250") == 250ms);
    CHECK(*parse_duration("250ms") == 250ms);
    CHECK(*parse_duration("2s") == 2s);
    CHECK(*parse_duration("3m") == 3min);
    CHECK(*parse_duration("4h") == 4h);
    CHECK(*parse_duration("1d") == 24h);
    CHECK(*parse_duration("0") == 0ms);
    CHECK(*parse_duration("0s") == 0ms);
}

TEST_CASE("part of a millisecond counts as a whole one, so that it is not taken for infinite") {
    CHECK(*parse_duration("1us") == 1ms);
    CHECK(*parse_duration("1000us") == 1ms);
    CHECK(*parse_duration("1001us") == 2ms);
    CHECK(*parse_duration("0us") == 0ms);
}

TEST_CASE("a duration that is not exactly a whole number and a unit is an error") {
    for (auto text :
         {"", "s", "1.5s", "-1s", "+1s", " 1s", "1 s", "1S", "1sec", "0x10", "1e3", "1,5s", "us"}) {
        INFO("text: '" << text << "'");
        CHECK_FALSE(parse_duration(text));
    }
}

TEST_CASE("a duration above 2^31-1 milliseconds overflows, at its last millisecond exactly") {
    CHECK(*parse_duration("2147483647") == 2147483647ms);
    CHECK(*parse_duration("24d") == 24 * 24h);
    for (auto text :
         {"2147483648", "25d", "99999999999999999999", "9223372036854775807d", "2147483648000us"}) {
        INFO("text: " << text);
        REQUIRE_FALSE(parse_duration(text));
        CHECK(parse_duration(text).error().message.find("too long") != std::string::npos);
    }
    CHECK(*parse_duration("2147483647000us") == 2147483647ms);
}

TEST_CASE("a size counts in 1024") {
    CHECK(*parse_size("0") == 0);
    CHECK(*parse_size("100") == 100);
    CHECK(*parse_size("64k") == 65536);
    CHECK(*parse_size("1m") == 1048576);
    CHECK(*parse_size("2g") == 2147483648);
    for (auto text : {"", "k", "1.5k", "-1", "1K", "1kb", "9999999999999g", "99999999999999999999"}) {
        INFO("text: '" << text << "'");
        CHECK_FALSE(parse_size(text));
    }
}

TEST_CASE("an integer keeps to its range, both ends included") {
    CHECK(*parse_integer("1", {1, 3}) == 1);
    CHECK(*parse_integer("3", {1, 3}) == 3);
    CHECK(*parse_integer("-1", {-1, 3}) == -1);
    CHECK(parse_integer("4", {1, 3}).error().message == "4 is not within 1 and 3");
    CHECK_FALSE(parse_integer("0", {1, 3}));
    CHECK_FALSE(parse_integer("99999999999999999999", {1, 3}));
    for (auto text : {"", "1x", "x", "1.0", "+1", " 1", "1 "}) {
        INFO("text: '" << text << "'");
        CHECK_FALSE(parse_integer(text, {0, 100}));
    }
}

TEST_CASE("durations and sizes are shown in the shortest form that reads back") {
    CHECK(duration_text(0ms) == "0");
    CHECK(duration_text(1500ms) == "1500ms");
    CHECK(duration_text(50s) == "50s");
    CHECK(duration_text(60s) == "1m");
    CHECK(duration_text(48h) == "2d");
    CHECK(size_text(0) == "0");
    CHECK(size_text(1000) == "1000");
    CHECK(size_text(65536) == "64k");
    for (auto ms : {1ms, 999ms, 1000ms, 61000ms, 3600000ms, 2147483647ms})
        CHECK(*parse_duration(duration_text(ms)) == ms);
    for (std::size_t bytes : {1UL, 1023UL, 1024UL, 1UL << 20, 3UL << 30})
        CHECK(*parse_size(size_text(bytes)) == bytes);
}
