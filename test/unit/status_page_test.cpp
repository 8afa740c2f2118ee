// The pieces of the status page: text that is no markup, figures for people, the history and its graphs.
#include "catch.hpp"
#include "fake_environment.hpp"
#include "spliced/base/json_text.hpp"
#include "spliced/config/load.hpp"
#include "spliced/control/history.hpp"
#include "spliced/control/json.hpp"
#include "spliced/control/markup.hpp"
#include "spliced/control/metric_writer.hpp"
#include "spliced/control/page_files.hpp"
#include "spliced/control/sparkline.hpp"
#include "spliced/control/status_html.hpp"

using namespace spliced;
using namespace spliced::control;
using std::chrono::seconds;

namespace {

StatRow row_of(std::uint64_t total, std::uint64_t bytes, std::uint64_t current) {
    StatRow row;
    row[column::pxname] = "web";
    row[column::svname] = "FRONTEND";
    row[column::stot] = total;
    row[column::bin] = bytes;
    row[column::bout] = bytes;
    row[column::scur] = current;
    return row;
}

StatRow server_of(std::string status) {
    StatRow row;
    row.kind = StatKind::server;
    row[column::status] = std::move(status);
    return row;
}

const std::string a_proxy = "[listen web]\nbind = 127.0.0.1:80\nserver s = 127.0.0.1:81\n";

}  // namespace

TEST_CASE("text is never markup") {
    CHECK(escaped("a<b>&\"c\"'d'") == "a&lt;b&gt;&amp;&quot;c&quot;&#39;d&#39;");
    CHECK(escaped("").empty());
}

TEST_CASE("figures are written for people") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(1234567) == "1,234,567");
    CHECK(bytes_text(0) == "0 B");
    CHECK(bytes_text(999) == "999 B");
    CHECK(bytes_text(1000) == "0.98 KiB");
    CHECK(bytes_text(1536) == "1.50 KiB");
    CHECK(bytes_text(50.0 * (1 << 20)) == "50.0 MiB");
    CHECK(rate_text(0) == "0");
    CHECK(rate_text(0.04) == "0.04");
    CHECK(rate_text(1.5) == "1.5");
    CHECK(rate_text(37.2) == "37");
    CHECK(span_text(0) == "0s");
    CHECK(span_text(59) == "59s");
    CHECK(span_text(61) == "1m 1s");
    CHECK(span_text(3600) == "1h 0m");
    CHECK(span_text(90000) == "1d 1h");
}

TEST_CASE("the history holds rates between two samples, and forgets what is gone") {
    History history;
    TimePoint now{seconds(100)};
    std::vector<StatRow> rows{row_of(10, 1000, 1)};
    history.take(rows, now);
    REQUIRE(history.find(rows[0]) != nullptr);
    CHECK(history.find(rows[0])->sessions.size() == 0);
    rows[0] = row_of(30, 2000, 3);
    history.take(rows, now + seconds(5));
    const Tracks* tracks = history.find(rows[0]);
    CHECK(tracks->sessions.last() == 4);
    CHECK(tracks->bytes.last() == 400);
    CHECK(tracks->current.last() == 3);

    SECTION("counters that an administrator has cleared are no negative rate") {
        history.take(std::vector<StatRow>{row_of(0, 0, 0)}, now + seconds(10));
        CHECK(history.find(rows[0])->sessions.last() == 0);
    }
    SECTION("a row that is no longer there is forgotten") {
        history.take({}, now + seconds(10));
        CHECK(history.find(rows[0]) == nullptr);
    }
}

TEST_CASE("a track keeps the newest samples") {
    Track track;
    CHECK(track.last() == 0);
    for (std::size_t value = 0; value < Track::depth + 5; ++value) track.add(static_cast<double>(value));
    CHECK(track.size() == Track::depth);
    CHECK(track[0] == 5);
    CHECK(track.last() == Track::depth + 4);
    CHECK(track.peak() == Track::depth + 4);
}

TEST_CASE("a graph ends at the right edge and touches the top at its peak") {
    Track track;
    for (double value : {0.0, 10.0, 5.0}) track.add(value);
    auto graph = sparkline(track, "a \"label\"");
    CHECK(graph.find("<polyline points=\"117,29.0 118,2.0 119,15.5\"/>") != std::string::npos);
    CHECK(graph.find("aria-label=\"a &quot;label&quot;\"") != std::string::npos);
    CHECK(sparkline(Track(), "x").find("points=\"\"") != std::string::npos);
}

TEST_CASE("the verdict is the worst that there is to say") {
    CHECK(verdict_of({}).text == "0 servers up");
    std::vector<StatRow> rows{server_of("UP"), server_of("no check")};
    CHECK(verdict_of(rows).text == "2 servers up");
    CHECK(verdict_of(rows).grade == "ok");
    rows.push_back(server_of("MAINT"));
    CHECK(verdict_of(rows).text == "2 servers up, 1 in maintenance");
    rows.push_back(server_of("DOWN 1/2"));
    CHECK(verdict_of(rows).text == "1 of 4 servers is down, 1 in maintenance");
    CHECK(verdict_of(rows).grade == "warn");
    StatRow backend;
    backend.kind = StatKind::backend;
    backend[column::pxname] = "web";
    backend[column::status] = "DOWN";
    rows.push_back(backend);
    CHECK(verdict_of(rows).text == "web: no server can be reached");
    CHECK(verdict_of(rows).grade == "bad");
}

TEST_CASE("each status has its grade") {
    for (auto status : {"UP", "OPEN", "no check"}) CHECK(grade_of(status) == "ok");
    for (auto status : {"DOWN", "DOWN 1/2"}) CHECK(grade_of(status) == "bad");
    for (auto status : {"UP 1/3", "DRAIN", "NOLB", "FULL"}) CHECK(grade_of(status) == "warn");
    for (auto status : {"MAINT", "STOP", "PAUSED"}) CHECK(grade_of(status) == "off");
}

TEST_CASE("metrics have a head, and labels that hold anything") {
    MetricWriter out;
    out.head("a_total", MetricType::counter, "Help.");
    out.sample({}, 1);
    out.sample({{"x", "1\"2\\3\n4"}, {"", "left out"}, {"y", "z"}}, 2);
    auto text = std::move(out).take();
    CHECK(text ==
          "# HELP a_total Help.\n# TYPE a_total counter\na_total 1\na_total{x=\"1\\\"2\\\\3\\n4\",y=\"z\"} "
          "2\n");
}

TEST_CASE("JSON strings are escaped, and absent values left out") {
    CHECK(json_string("a\"b\\c\nd") == "\"a\\\"b\\\\c\\u000ad\"");
    StatRow row;
    row[column::pxname] = "w";
    row[column::stot] = std::uint64_t{3};
    std::vector<StatRow> rows{row};
    CHECK(plain_json(rows, {}) == "{\"process\":{},\"stats\":[{\"pxname\":\"w\",\"stot\":3}]}\n");
}

TEST_CASE("the files of the page are in the program") {
    CHECK(status_css.find("prefers-color-scheme: dark") != std::string_view::npos);
    CHECK(status_js.ends_with("setTimeout(look_again, refresh);\n"));
}

TEST_CASE("the page is on the loopback unless told otherwise") {
    auto address_of = [](const std::string& bind) {
        auto loaded = load_fake(a_proxy + "[stats]\nbind = " + bind + "\n");
        INFO(mistakes_of(loaded));
        REQUIRE(loaded.config);
        REQUIRE(loaded.config->page.binds.size() == 1);
        return loaded.config->page.binds[0].address.text();
    };
    CHECK(address_of(":8404") == "127.0.0.1:8404");
    CHECK(address_of("*:8404") == os::Address::ipv4(0, 8404).text());
    CHECK(address_of("192.0.2.1:8404") == "192.0.2.1:8404");
    CHECK(address_of("[::1]:8404") == os::Address::ipv6(in6addr_loopback, 8404).text());
}

TEST_CASE("the [stats] section says what is wrong with it") {
    auto mistakes = [](const std::string& text) { return mistakes_of(load_fake(text + a_proxy)); };
    CHECK(mistakes("[stats]\n") == "test.ini:1: [stats] has no 'bind': there is no status page\n");
    CHECK(mistakes("[stats]\nbind = :1\nmaxconn = 0\nrefresh = 1ms\n") ==
          "test.ini:3: 'maxconn': 0 is not within 1 and 2147483647\n"
          "test.ini:4: 'refresh': 1ms is less than 100ms\n");
    CHECK(mistakes("[stats]\nbind = :1 maxconn 5\n") ==
          "test.ini:2: 'bind': 'maxconn' has no effect here: write 'maxconn = N' in [stats]\n");
    CHECK(mistakes("[stats]\nbind = :1 name x\n") ==
          "test.ini:2: 'bind': 'name' has no effect here: no message would show it; remove it\n");
    CHECK(mistakes("[stats]\nbind = :1\n[listen a]\nbind = 127.0.0.1:1\nserver s = :2\n")
              .find("test.ini:2: 'bind': 127.0.0.1:1 is taken by test.ini:4") != std::string::npos);
    CHECK(mistakes("[stats]\nserver s = :1\n").find("belongs to [listen] or [backend], not to [stats]") !=
          std::string::npos);
}

TEST_CASE("the dump has the [stats] section where there is a page") {
    auto text = config::dump(*load_fake("[stats]\nbind = :8404\nmaxconn = 7\n" + a_proxy).config);
    CHECK(text.find("[stats]\nbind                = 127.0.0.1:8404\nmaxconn             = 7\n"
                    "refresh             = 2s\n") != std::string::npos);
    CHECK(config::dump(*load_fake(a_proxy).config).find("[stats]") == std::string::npos);
}
