// The wire form of a log line, format by format, as HAProxy 2.6.12 was seen to send it.
#include "spliced/base/log_header.hpp"

#include "catch.hpp"
#include "spliced/base/log.hpp"
#include "time_zone.hpp"

using namespace spliced;

namespace {

/// 2026-11-03 02:36:05.629786 UTC: a day of one digit and microseconds to be padded.
WallTime moment() {
    return WallTime{} +
           std::chrono::duration_cast<WallTime::duration>(seconds(1793673365) + microseconds(29786));
}

LogEntry entry(LogFormat format) {
    LogEntry entry;
    entry.format = format;
    entry.pid = 5233;
    entry.host = "host1";
    entry.time = moment();
    entry.message = "hello";
    return entry;
}

std::string line_of(const LogEntry& entry) {
    std::string line;
    append_log_line(line, entry);
    return line;
}

}  // namespace

TEST_CASE("each log format puts its own header in front of the message") {
    TimeZone utc("UTC0");
    CHECK(line_of(entry(LogFormat::local)) == "<134>Nov  3 02:36:05 spliced[5233]: hello");
    CHECK(line_of(entry(LogFormat::rfc3164)) == "<134>Nov  3 02:36:05 host1 spliced[5233]: hello");
    CHECK(line_of(entry(LogFormat::rfc5424)) ==
          "<134>1 2026-11-03T02:36:05.029786+00:00 host1 spliced 5233 - - hello");
    CHECK(line_of(entry(LogFormat::priority)) == "<134>hello");
    CHECK(line_of(entry(LogFormat::short_form)) == "<6>hello");
    CHECK(line_of(entry(LogFormat::timed)) == "<6>2026-11-03T02:36:05.029786+00:00 hello");
    CHECK(line_of(entry(LogFormat::iso)) == "2026-11-03T02:36:05.029786+00:00 hello");
    CHECK(line_of(entry(LogFormat::raw)) == "hello");
}

TEST_CASE("the priority is the facility times eight plus the level") {
    LogEntry alert = entry(LogFormat::priority);
    alert.facility = 3;
    alert.level = Level::alert;
    CHECK(line_of(alert) == "<25>hello");
    alert.format = LogFormat::short_form;
    CHECK(line_of(alert) == "<1>hello");
    alert.format = LogFormat::priority;
    alert.facility = 0;
    alert.level = Level::emerg;
    CHECK(line_of(alert) == "<0>hello");
}

TEST_CASE("dates are local time with the offset of the zone") {
    {
        TimeZone west("NST3:30");
        CHECK(line_of(entry(LogFormat::iso)) == "2026-11-02T23:06:05.029786-03:30 hello");
        CHECK(line_of(entry(LogFormat::local)) == "<134>Nov  2 23:06:05 spliced[5233]: hello");
    }
    TimeZone east("NPT-5:45");
    CHECK(line_of(entry(LogFormat::iso)) == "2026-11-03T08:21:05.029786+05:45 hello");
}

TEST_CASE("a header without a host name says so as HAProxy does") {
    TimeZone utc("UTC0");
    LogEntry nameless = entry(LogFormat::rfc3164);
    nameless.host = {};
    CHECK(line_of(nameless) == "<134>Nov  3 02:36:05 localhost spliced[5233]: hello");
    nameless.format = LogFormat::rfc5424;
    CHECK(line_of(nameless) == "<134>1 2026-11-03T02:36:05.029786+00:00 - spliced 5233 - - hello");
}

TEST_CASE("a line is cut at its length, header included") {
    std::string text(200, 'x');
    LogEntry longer = entry(LogFormat::priority);
    longer.message = text;
    longer.max_length = 80;
    CHECK(line_of(longer) == "<134>" + std::string(75, 'x'));

    longer.message = std::string_view(text).substr(0, 75);
    CHECK(line_of(longer).size() == 80);
    longer.message = std::string_view(text).substr(0, 74);
    CHECK(line_of(longer).size() == 79);

    longer.max_length = 3;
    CHECK(line_of(longer) == "<13");
}

TEST_CASE("the length counts the line alone, not what the string held before") {
    LogEntry short_line = entry(LogFormat::raw);
    short_line.max_length = 3;
    std::string line = "before ";
    append_log_line(line, short_line);
    CHECK(line == "before hel");
}

TEST_CASE("control bytes in a message cannot start a line of their own") {
    LogEntry forged = entry(LogFormat::raw);
    forged.message = "a\nb\tc\x7f";
    CHECK(line_of(forged) == "a#0Ab#09c#7F");
    forged.message = "caf\xc3\xa9";
    CHECK(line_of(forged) == "caf\xc3\xa9");
}

TEST_CASE("console lines have HAProxy's columns") {
    CHECK(log::console_text(Level::notice, 1234, "text") == "[NOTICE]   (1234) : text");
    CHECK(log::console_text(Level::warning, 1234, "text") == "[WARNING]  (1234) : text");
    CHECK(log::console_text(Level::alert, 1234, "text") == "[ALERT]    (1234) : text");
    CHECK(log::console_text(Level::emerg, 1234, "text") == "[ALERT]    (1234) : text");
    CHECK(log::console_text(Level::err, 1, "text") == "[ALERT]    (1) : text");
    CHECK(log::console_text(Level::info, 1, "text") == "[INFO]     (1) : text");
    CHECK(log::console_text(Level::warning, 1, "two\nlines") == "[WARNING]  (1) : two\n   | lines");
}

TEST_CASE("one message a second passes, and it tells how many did not") {
    log::OncePerSecond gate;
    TimePoint start{seconds(100)};
    unsigned held_back = 7;
    CHECK(gate.allow(start, held_back));
    CHECK(held_back == 0);
    CHECK_FALSE(gate.allow(start, held_back));
    CHECK_FALSE(gate.allow(start + milliseconds(999), held_back));
    CHECK(gate.allow(start + milliseconds(1000), held_back));
    CHECK(held_back == 2);
    CHECK(gate.allow(start + milliseconds(2000), held_back));
    CHECK(held_back == 0);
}

TEST_CASE("a JSON line is one object, with the message or with members in its place") {
    TimeZone utc("UTC0");
    LogEntry line = entry(LogFormat::json);
    line.message = "say \"hi\"\n";
    std::string head = R"({"time":"2026-11-03T02:36:05.029786+00:00","level":"info","pid":5233,)";
    CHECK(line_of(line) == head + R"("message":"say \"hi\"\u000a"})");
    line.members = R"("event":"end","frontend":"a")";
    CHECK(line_of(line) == head + R"("event":"end","frontend":"a"})");
}

TEST_CASE("a JSON line that is too long stays an object, and says that it was cut") {
    TimeZone utc("UTC0");
    LogEntry line = entry(LogFormat::json);
    std::string long_text(500, '"');
    line.message = long_text;
    line.max_length = 200;
    std::string text = line_of(line);
    CHECK(text.size() <= 200);
    CHECK(text.ends_with(R"(\"","cut":true})"));
    std::string members = R"("a":")" + long_text + '"';
    line.members = members;
    line.message = "short";
    CHECK(line_of(line).ends_with(R"("message":"short","cut":true})"));
}
