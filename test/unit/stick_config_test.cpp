// `stick-table` in the files: what it says, what is wrong with it, and how it is dumped.
#include <string>
#include <vector>

#include "catch.hpp"
#include "fake_environment.hpp"
#include "spliced/config/stick_table.hpp"

using namespace spliced::config;

namespace {

std::string error_of(const std::string& value) {
    auto loaded = load_fake("[listen b]\nstick-table = " + value + "\nbind = :1\nserver s = 127.0.0.1:1\n");
    CHECK_FALSE(loaded.config);
    return mistakes_of(loaded);
}

/// The table of `value`, as the dump has it.
std::string dumped(const std::string& value) {
    auto loaded = load_fake(
        "[listen l]\nbind = :1\nserver s = 127.0.0.1:1\n[backend b]\nstick-table = " + value + "\n");
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.config);
    REQUIRE(loaded.config->stick_tables.size() == 1);
    auto text = dump(*loaded.config);
    auto again = load_fake(text);
    REQUIRE(again.config);
    CHECK(dump(*again.config) == text);
    CHECK(again.config->stick_tables[0].has_layout_of(loaded.config->stick_tables[0]));
    auto start = text.find("stick-table");
    return text.substr(text.find('=', start) + 2, text.find('\n', start) - text.find('=', start) - 2);
}

}  // namespace

TEST_CASE("a stick table is read, and dumped in one order") {
    CHECK(dumped("type ip size 100k") == "type ip size 100k");
    CHECK(dumped("size 1m  expire 90s nopurge type ipv6") == "type ipv6 size 1m expire 90s nopurge");
    CHECK(dumped("type string size 5") == "type string len 31 size 5");
    CHECK(dumped("type string len 64 size 5") == "type string len 64 size 5");
    CHECK(dumped("type binary len 20 size 5 expire 0") == "type binary len 20 size 5");
    CHECK(dumped("type integer size 5 store gpc0_rate(1m),conn_cur store bytes_out_rate(500),server_id") ==
          "type integer size 5 store server_id,gpc0_rate(1m),conn_cur,bytes_out_rate(500ms)");
}

TEST_CASE("every kind of data may be stored at once") {
    std::string all;
    for (const auto& row : stick_data_names()) {
        if (row.data == StickData::server_key) continue;
        all += (all.empty() ? "" : ",") + std::string(row.name);
        if (row.form == StickForm::rate) all += "(10s)";
    }
    CHECK(dumped("type ip size 5 store " + all) == "type ip size 5 store " + all);
}

TEST_CASE("a table belongs to the section that it stands in") {
    auto loaded = load_fake(
        "[frontend f]\nbind = :1\ndefault_backend = f\nstick-table = type ip size 1\n"
        "[backend f]\n[listen l]\nbind = :2\nserver s = 127.0.0.1:1\nstick-table = type ipv6 size 2\n"
        "[backend only-a-table]\nstick-table = type integer size 3\n");
    REQUIRE(loaded.config);
    const auto& tables = loaded.config->stick_tables;
    REQUIRE(tables.size() == 3);
    CHECK(tables[0].name == "f");
    CHECK(tables[1].name == "l");
    CHECK(tables[2].name == "only-a-table");
    auto text = dump(*loaded.config);
    auto again = load_fake(text);
    REQUIRE(again.config);
    CHECK(dump(*again.config) == text);
    CHECK(again.config->stick_tables.size() == 3);
}

TEST_CASE("two tables of one name are a mistake") {
    auto loaded = load_fake(
        "[frontend f]\nbind = :1\ndefault_backend = f\nstick-table = type ip size 1\n"
        "[backend f]\nstick-table = type ip size 1\n");
    CHECK(mistakes_of(loaded) ==
          "test.ini:6: 'stick-table': a table 'f' stands at test.ini:4: rename one section\n");
}

TEST_CASE("mistakes of a stick table are met with the remedy") {
    CHECK(error_of("type ip") ==
          "test.ini:2: 'stick-table': the number of its entries is missing: size 100k\n");
    CHECK(error_of("size 10") == "test.ini:2: 'stick-table': the type of its keys is missing: type ip\n");
    CHECK(error_of("type ipv5 size 10") ==
          "test.ini:2: 'stick-table': type: unknown word 'ipv5'; did you mean 'ipv6'?\n");
    CHECK(error_of("type ip len 5 size 10") == "test.ini:2: 'stick-table': unknown word 'len'\n");
    CHECK(error_of("type string len 0 size 10") ==
          "test.ini:2: 'stick-table': len: 0 is not within 1 and 1024\n");
    CHECK(error_of("type ip size 0") ==
          "test.ini:2: 'stick-table': the number of its entries is missing: size 100k\n");
    CHECK(error_of("type ip size 10 store foo") == "test.ini:2: 'stick-table': store: unknown word 'foo'\n");
    CHECK(error_of("type ip size 10 store conn_rate") ==
          "test.ini:2: 'stick-table': store: the period of 'conn_rate' is missing: conn_rate(10s)\n");
    CHECK(error_of("type ip size 10 store conn_rate(0)") ==
          "test.ini:2: 'stick-table': conn_rate: 0 is less than 1ms\n");
    CHECK(error_of("type ip size 10 store conn_rate(10s") ==
          "test.ini:2: 'stick-table': store: the ')' of 'conn_rate(10s' is missing\n");
    CHECK(error_of("type ip size 10 store conn_cnt(10s)") ==
          "test.ini:2: 'stick-table': store: 'conn_cnt' takes no argument\n");
    CHECK(error_of("type ip size 10 store gpc0,gpc0") ==
          "test.ini:2: 'stick-table': store: 'gpc0' is given twice\n");
    CHECK(
        error_of("type ip size 10 store http_req_rate(10s)") ==
        "test.ini:2: 'stick-table': store: 'http_req_rate' belongs to HAProxy's HTTP mode; this proxy relays "
        "TCP and looks into nothing\n");
    CHECK(error_of("type ip size 10 store gpc(5)") ==
          "test.ini:2: 'stick-table': store: 'gpc' is of HAProxy's arrays: this version has gpc0, gpc1 and "
          "gpt0\n");
    CHECK(
        error_of("type ip size 10 peers p") ==
        "test.ini:2: 'stick-table': 'peers' is a parameter of HAProxy that this version does not support\n");
    CHECK(error_of("type ip size 10 store") ==
          "test.ini:2: 'stick-table': store: what to store is missing\n");
}
