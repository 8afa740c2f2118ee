// Stick tables: what they remember, for how long, and what makes room for what.
#include <string>
#include <vector>

#include "catch.hpp"
#include "spliced/stick/table.hpp"

using namespace spliced;
using namespace spliced::stick;
using config::StickData;
using config::StickKey;

namespace {

constexpr TimePoint begin{std::chrono::hours(1)};

config::StickTable settings(std::size_t size, milliseconds expire = {}) {
    config::StickTable table;
    table.key = StickKey::integer;
    table.size = size;
    table.expire = expire;
    table.keep(StickData::conn_cnt);
    table.keep(StickData::conn_cur);
    table.keep(StickData::conn_rate, milliseconds(1000));
    table.keep(StickData::bytes_in_cnt);
    table.keep(StickData::server_id);
    table.keep(StickData::server_key);
    return table;
}

class Fixture {
  public:
    explicit Fixture(const config::StickTable& what) : table(what, KeyedHash({1, 2})) {}

    static Key key(std::int64_t number) { return *key_of(KeyShape{StickKey::integer, 4}, number); }
    Entry* add(std::int64_t number, TimePoint now = begin) { return table.find_or_add(key(number), now); }
    Entry* find(std::int64_t number, TimePoint now = begin) { return table.find(key(number), now); }
    std::string known(TimePoint now = begin) {
        std::string text;
        for (int number = 0; number < 10; ++number)
            if (find(number, now)) text += std::to_string(number);
        return text;
    }

    Table table;
};

}  // namespace

TEST_CASE("a table finds what was added, and nothing else") {
    Fixture fixture(settings(1000));
    for (int number = 0; number < 500; ++number)
        fixture.table.set(*fixture.add(number), StickData::conn_cnt, number * 2, begin);
    CHECK(fixture.table.size() == 500);
    for (int number = 0; number < 500; ++number)
        REQUIRE(fixture.table.value(*fixture.find(number), StickData::conn_cnt, begin) == number * 2);
    CHECK(fixture.find(500) == nullptr);
    CHECK(fixture.add(499) == fixture.find(499));
    CHECK(fixture.table.size() == 500);
}

TEST_CASE("where a table is full the entry that was used longest ago makes room") {
    Fixture fixture(settings(3));
    for (int number : {1, 2, 3}) fixture.add(number);
    fixture.add(1);
    fixture.find(2);  // a look is no use
    fixture.add(4);
    CHECK(fixture.known() == "134");
    CHECK(fixture.table.size() == 3);
}

TEST_CASE("with nopurge a full table takes nothing new") {
    auto what = settings(2, seconds(10));
    what.nopurge = true;
    Fixture fixture(what);
    CHECK(fixture.add(1));
    CHECK(fixture.add(2));
    CHECK(fixture.add(3) == nullptr);
    CHECK(fixture.add(1));
    CHECK(fixture.add(3, begin + seconds(10)));  // what has expired makes room all the same
}

TEST_CASE("an entry expires when it was not used for so long") {
    Fixture fixture(settings(10, seconds(10)));
    fixture.add(1);
    fixture.add(2);
    fixture.add(1, begin + seconds(5));
    CHECK(fixture.table.next_expiry() == begin + seconds(10));
    CHECK(fixture.known(begin + milliseconds(9999)) == "12");
    CHECK(fixture.known(begin + seconds(10)) == "1");
    CHECK(fixture.table.expire(begin + seconds(10)));
    CHECK(fixture.table.size() == 1);
    CHECK(fixture.table.time_left(*fixture.find(1), begin + seconds(10)) == seconds(5));
    CHECK(fixture.table.expire(begin + seconds(15)));
    CHECK(fixture.table.size() == 0);
    CHECK(fixture.table.next_expiry() == never);
}

TEST_CASE("an entry that expired begins anew, even where nothing has removed it") {
    Fixture fixture(settings(100, seconds(10)));
    for (int number = 0; number < 50; ++number)
        fixture.table.count(*fixture.add(number), StickData::conn_cnt, 7, begin);
    Entry* again = fixture.add(49, begin + seconds(11));
    CHECK(fixture.table.value(*again, StickData::conn_cnt, begin) == 0);
}

TEST_CASE("without an expiry entries stay") {
    Fixture fixture(settings(3));
    fixture.add(1);
    CHECK(fixture.known(begin + std::chrono::hours(100)) == "1");
    CHECK(fixture.table.next_expiry() == never);
    CHECK(fixture.table.time_left(*fixture.find(1), begin + seconds(1)) == Duration::zero());
}

TEST_CASE("what a session holds neither expires nor makes room, nor can it be removed") {
    Fixture fixture(settings(2, seconds(10)));
    Entry* held = fixture.add(1);
    fixture.table.hold(*held);
    fixture.table.hold(*held);
    CHECK_FALSE(fixture.table.remove(*held));
    TimePoint later = begin + seconds(20);
    CHECK(fixture.table.expire(later));
    CHECK(fixture.find(1, later) == held);
    fixture.add(2, later);
    fixture.add(3, later);
    CHECK(fixture.known(later) == "13");
    fixture.table.release(*held, later);
    CHECK(held->uses() == 1);
    CHECK_FALSE(fixture.table.remove(*held));
    fixture.table.release(*held, later + seconds(1));
    CHECK(fixture.known(later + milliseconds(10999)) == "1");  // its time began anew
    CHECK(fixture.table.remove(*held));
    CHECK(fixture.known(later) == "3");
}

TEST_CASE("where all entries are held there is no room") {
    Fixture fixture(settings(2));
    for (int number : {1, 2}) fixture.table.hold(*fixture.add(number));
    CHECK(fixture.add(3) == nullptr);
    CHECK(fixture.add(2));
    fixture.table.release(*fixture.find(1), begin);
    CHECK(fixture.add(3));
}

TEST_CASE("data are counted where they are stored, and cost nothing where they are not") {
    Fixture fixture(settings(10));
    Entry& entry = *fixture.add(1);
    Table& table = fixture.table;
    table.count(entry, StickData::conn_cnt, 1, begin);
    table.count(entry, StickData::conn_cur, 1, begin);
    table.count(entry, StickData::bytes_in_cnt, 1ULL << 40, begin);
    table.count(entry, StickData::gpc0, 1, begin);
    CHECK(table.value(entry, StickData::conn_cnt, begin) == 1);
    CHECK(table.value(entry, StickData::bytes_in_cnt, begin) == std::int64_t{1} << 40);
    CHECK_FALSE(table.value(entry, StickData::gpc0, begin));
    table.discount(entry, StickData::conn_cur);
    table.discount(entry, StickData::conn_cur);
    CHECK(table.value(entry, StickData::conn_cur, begin) == 0);
    table.set(entry, StickData::server_id, -3, begin);
    CHECK(table.value(entry, StickData::server_id, begin) == -3);
    table.set(entry, StickData::conn_cnt, -1, begin);
    CHECK(table.value(entry, StickData::conn_cnt, begin) == 4294967295);
    CHECK(table.server(entry).empty());
    table.set_server(entry, "web1");
    CHECK(table.server(entry) == "web1");
    CHECK(table.key(entry) == Fixture::key(1).bytes());
}

TEST_CASE("an entry takes its head, its key and the data that are stored") {
    config::StickTable what;
    what.key = StickKey::ip;
    what.size = 1;
    std::size_t bare = Table(what, KeyedHash({1, 2})).entry_bytes();
    CHECK(bare <= 48);
    what.keep(StickData::conn_rate, seconds(10));
    CHECK(Table(what, KeyedHash({1, 2})).entry_bytes() == bare + 12);
    what.keep(StickData::bytes_in_cnt);
    CHECK(Table(what, KeyedHash({1, 2})).entry_bytes() == bare + 20);
    what.keep(StickData::conn_cur);
    CHECK(Table(what, KeyedHash({1, 2})).entry_bytes() == bare + 24);
}

TEST_CASE("another configuration takes effect on what is there") {
    Fixture fixture(settings(10, seconds(60)));
    for (int number : {1, 2, 3, 4}) fixture.add(number, begin + seconds(number));
    fixture.table.hold(*fixture.find(2, begin + seconds(5)));
    fixture.table.adopt(settings(2, seconds(60)), begin + seconds(5));
    CHECK(fixture.known(begin + seconds(5)) == "24");
    fixture.table.adopt(settings(2, seconds(1)), begin + seconds(10));
    CHECK(fixture.known(begin + seconds(10)) == "2");
}

TEST_CASE("a table shrinks under sessions when they end") {
    Fixture fixture(settings(3));
    for (int number : {1, 2, 3}) fixture.table.hold(*fixture.add(number));
    fixture.table.adopt(settings(1), begin);
    CHECK(fixture.table.size() == 3);
    for (int number : {1, 2, 3}) fixture.table.release(*fixture.find(number), begin);
    CHECK(fixture.known() == "3");
}

TEST_CASE("a hundred thousand keys, and a million more, leave a hundred thousand entries") {
    Fixture fixture(settings(100'000));
    for (int number = 0; number < 1'100'000; ++number) REQUIRE(fixture.add(number) != nullptr);
    CHECK(fixture.table.size() == 100'000);
    CHECK(fixture.find(999'999) == nullptr);
    CHECK(fixture.find(1'000'000) != nullptr);
    std::size_t visited = 0;
    fixture.table.for_each([&](Entry&) { ++visited; });
    CHECK(visited == 100'000);
}

// ---- rates

TEST_CASE("a window of any length counts its events, and a share of those before") {
    RateWindow window;
    for (int i = 0; i < 100; ++i) window.count(1, 10'000, begin);
    CHECK(window.events(10'000, begin) == 100);
    CHECK(window.events(10'000, begin + milliseconds(9'999)) == 100);
    CHECK(window.events(10'000, begin + milliseconds(12'500)) == 75);
    CHECK(window.events(10'000, begin + milliseconds(20'000)) == 0);
    window.count(5, 10'000, begin + milliseconds(15'000));
    CHECK(window.events(10'000, begin + milliseconds(15'000)) == 55);
}

TEST_CASE("a single event is shown until it is two windows old") {
    RateWindow window;
    window.count(1, 1'000, begin);
    CHECK(window.events(1'000, begin + milliseconds(1'999)) == 1);
    CHECK(window.events(1'000, begin + milliseconds(2'000)) == 0);
}

TEST_CASE("a steady flow is shown as it is, at any moment of a window") {
    RateWindow window;
    for (int i = 0; i < 50'000; ++i) {
        TimePoint now = begin + milliseconds(i);
        window.count(3, 7'000, now);
        if (i > 14'000) REQUIRE(std::abs(static_cast<int>(window.events(7'000, now)) - 21'000) <= 9);
    }
}

TEST_CASE("a window forgets what is long ago, and can be set") {
    RateWindow window;
    window.count(9, 1'000, begin);
    TimePoint later = begin + std::chrono::hours(24 * 30);
    CHECK(window.events(1'000, later) == 0);
    window.count(1, 1'000, later);
    CHECK(window.events(1'000, later) == 1);
    window.set(50, later);
    CHECK(window.events(1'000, later + milliseconds(500)) == 50);
}
