// `sample`: which lines of a log are sent.
#include "spliced/base/log_sample.hpp"

#include "catch.hpp"

using namespace spliced;

namespace {

std::string taken(const LogSample& sample, unsigned lines) {
    std::string text;
    for (unsigned i = 0; i < lines; ++i) text += sample.takes(i) ? 'x' : '.';
    return text;
}

}  // namespace

TEST_CASE("a sample takes the lines of its ranges in each period") {
    CHECK(taken(LogSample(), 5) == "xxxxx");
    CHECK(taken(*LogSample::parse("1,3-5:10"), 13) == "x.xxx.....x.x");
    CHECK(taken(*LogSample::parse("2:2"), 6) == ".x.x.x");
    CHECK(taken(*LogSample::parse("1-3:3"), 4) == "xxxx");
}

TEST_CASE("a sample is shown as it is read") {
    CHECK(LogSample().text().empty());
    for (const char* text : {"1,3-5:10", "7:7", "1-2,4:5"}) CHECK(LogSample::parse(text)->text() == text);
}

TEST_CASE("a sample that makes no sense is refused with the reason") {
    auto why = [](const char* text) { return LogSample::parse(text).error().message; };
    CHECK(why("3-5") == "'3-5' has no period: write it as 'sample 1,3-5:10', lines 1, 3, 4 and 5 of each 10");
    CHECK(why("1:0").starts_with("'1:0' has no period"));
    CHECK(why("0:3").starts_with("'0' is no range"));
    CHECK(why("5-3:9").starts_with("'5-3' is no range"));
    CHECK(why("x:9").starts_with("'x' is no range"));
    CHECK(why("3,2:9") == "range '2' overlaps the one before it, or precedes it");
    CHECK(why("3-12:9") == "range '3-12' ends behind the period, 9");
}
