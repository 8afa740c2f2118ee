// The names of levels, formats and facilities.
#include "spliced/base/log_target.hpp"

#include "catch.hpp"

using namespace spliced;

TEST_CASE("every level has a name that leads back to it") {
    for (int number = 0; number < 8; ++number) {
        auto level = static_cast<Level>(number);
        REQUIRE(level_named(name_of(level)));
        CHECK(*level_named(name_of(level)) == level);
    }
    CHECK(level_named("err") == Level::err);
    CHECK(level_named("warning") == Level::warning);
    CHECK_FALSE(level_named("error"));
    CHECK_FALSE(level_named("Info"));
    CHECK_FALSE(level_named(""));
}

TEST_CASE("every log format has HAProxy's name, which leads back to it") {
    for (int number = 0; number < 9; ++number) {
        auto format = static_cast<LogFormat>(number);
        REQUIRE(log_format_named(name_of(format)));
        CHECK(*log_format_named(name_of(format)) == format);
    }
    CHECK(log_format_named("short") == LogFormat::short_form);
    CHECK(log_format_named("raw") == LogFormat::raw);
    CHECK_FALSE(log_format_named("short_form"));
}

TEST_CASE("the 24 facilities have syslog's numbers") {
    for (int number = 0; number < 24; ++number) CHECK(facility_named(name_of_facility(number)) == number);
    CHECK(facility_named("kern") == 0);
    CHECK(facility_named("daemon") == 3);
    CHECK(facility_named("cron2") == 15);
    CHECK(facility_named("local0") == 16);
    CHECK(facility_named("local7") == 23);
    CHECK_FALSE(facility_named("local8"));
}
