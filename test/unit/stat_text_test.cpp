// The forms of the statistics, against what HAProxy 2.6 prints.
#include "spliced/control/stat_text.hpp"

#include "catch.hpp"

using namespace spliced::control;

namespace {

StatRow row_of(StatKind kind) {
    StatRow row;
    row.kind = kind;
    row.iid = 3;
    row.sid = 1;
    row[column::pxname] = "be";
    row[column::svname] = "s1";
    return row;
}

}  // namespace

TEST_CASE("the columns stand where HAProxy 2.6 has them") {
    CHECK(column::status == 17);
    CHECK(column::type == 32);
    CHECK(column::check_status == 36);
    CHECK(column::addr == 73);
    CHECK(column::agg_check_status == 102);
    CHECK(stat_columns().size() == 127);
    CHECK(stat_columns()[column::status].name == "status");
    CHECK(stat_columns()[column::count - 1].name == "h1_spliced_bytes_out");
}

TEST_CASE("the CSV has 128 fields, a comma behind each, and a dash before those of modules") {
    auto header = stats_csv_header();
    CHECK(std::count(header.begin(), header.end(), ',') == 128);
    CHECK(header.starts_with("# pxname,svname,qcur,"));
    CHECK(header.find(",agg_check_status,-,ssl_sess,") != std::string::npos);
    CHECK(header.ends_with(",h1_spliced_bytes_out,\n"));
    std::vector<StatRow> rows{row_of(StatKind::server)};
    auto line = stats_csv(rows).substr(header.size());
    CHECK(std::count(line.begin(), line.end(), ',') == 128);
    CHECK(line.starts_with("be,s1,,"));
}

TEST_CASE("a field that would break the line stands in quotes") {
    auto row = row_of(StatKind::server);
    row[column::last_chk] = "a \"b\", c";
    std::vector<StatRow> rows{row};
    CHECK(stats_csv(rows).find(",\"a \"\"b\"\", c\",") != std::string::npos);
}

TEST_CASE("a typed line has object, numbers, place, name, tags, type and value") {
    auto row = row_of(StatKind::server);
    row[column::scur] = std::uint64_t{7};
    row[column::lastsess] = std::int64_t{-1};
    std::vector<StatRow> rows{row};
    CHECK(stats_typed(rows, false) ==
          "S.3.1.0.pxname.1:KNS:str:be\nS.3.1.1.svname.1:KNS:str:s1\nS.3.1.4.scur.1:MGP:u32:7\n"
          "S.3.1.55.lastsess.1:MAP:s32:-1\n");
    CHECK(stats_typed(rows, true).find("S.3.1.0.pxname.1:KNS:str:be:\"Proxy name\"\n") != std::string::npos);
}

TEST_CASE("a backend's rate has tags of its own, as in HAProxy") {
    auto row = row_of(StatKind::backend);
    row[column::rate] = std::uint64_t{1};
    std::vector<StatRow> rows{row};
    CHECK(stats_typed(rows, false).find(".rate.1:MGP:u32:1\n") != std::string::npos);
    rows[0].kind = StatKind::server;
    CHECK(stats_typed(rows, false).find(".rate.1:MRP:u32:1\n") != std::string::npos);
}

TEST_CASE("the JSON of one value is HAProxy's") {
    StatRow row;
    row.kind = StatKind::frontend;
    row.iid = 2;
    row[column::pxname] = "f\"e\n";
    std::vector<StatRow> rows{row};
    CHECK(stats_json(rows) ==
          R"([[{"objType":"Frontend","proxyId":2,"id":0,"field":{"pos":0,"name":"pxname"},"processNum":1,)"
          R"("tags":{"origin":"Key","nature":"Name","scope":"Service"},)"
          R"("value":{"type":"str","value":"f\"e\u000a"}}]])");
}
