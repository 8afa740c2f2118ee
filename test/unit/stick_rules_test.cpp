// Rules about stick tables: `track-sc`, the fetches src_*, sc_* and table_*, and `stick`, as they are read.
#include <string>

#include "catch.hpp"
#include "fake_environment.hpp"
#include "spliced/rules/rule.hpp"

using namespace spliced::config;
namespace rules = spliced::rules;

namespace {

const std::string rest =
    "bind = :1\nserver s = 127.0.0.1:1\n[backend t]\nstick-table = type ip size 10 store gpc0,conn_cur\n";

std::string error_of(const std::string& line) {
    auto loaded = load_fake("[listen x]\n" + line + "\n" + rest);
    CHECK_FALSE(loaded.config);
    return mistakes_of(loaded);
}

std::shared_ptr<const Config> config_of(const std::string& lines) {
    auto loaded = load_fake("[listen x]\n" + lines + "\n" + rest);
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.config);
    auto text = dump(*loaded.config);
    auto again = load_fake(text);
    INFO(mistakes_of(again));
    REQUIRE(again.config);
    CHECK(dump(*again.config) == text);
    return loaded.config;
}

const rules::Fetch& fetch(std::string_view name) {
    const rules::Fetch* found = rules::find_fetch(name);
    REQUIRE(found != nullptr);
    return *found;
}

}  // namespace

TEST_CASE("each counter is a fetch of the source, of three places, and of a place by number") {
    CHECK(fetch("src_conn_rate").id == rules::FetchId::src_counter);
    CHECK(fetch("src_conn_rate").counter == rules::Counter::conn_rate);
    CHECK(fetch("sc0_conn_rate").slot == 0);
    CHECK(fetch("sc2_conn_rate").slot == 2);
    CHECK(fetch("sc2_conn_rate").id == rules::FetchId::sc_counter);
    CHECK(fetch("sc_conn_rate").required == 1);
    CHECK(fetch("sc1_get_gpc0").counter == rules::Counter::gpc0);
    CHECK(fetch("sc0_tracked").type == rules::Type::boolean);
    CHECK(fetch("src_updt_conn_cnt").counter == rules::Counter::updated_conn);
    for (auto name : {"src_tracked", "sc3_conn_cnt", "sc0_updt_conn_cnt", "src_gpc0"})
        CHECK(rules::find_fetch(name) == nullptr);
}

TEST_CASE("actions that track and count are read with their places") {
    rules::Acls acls;
    auto action = [&](const char* text) {
        auto read = rules::read_rule(text, acls);
        INFO(text);
        REQUIRE(read);
        return read->rule.action;
    };
    CHECK(action("connection track-sc1 src").number == 1);
    CHECK(action("connection track-sc1 src").target.text.empty());
    CHECK(action("session track-sc0 src,ipmask(24) table t if { src 10.0.0.0/8 }").target.text == "t");
    CHECK(action("content sc-inc-gpc0(2) if { src 10.0.0.0/8 }").number == 2);
    CHECK(action("content sc-inc-gpc1").number == 0);
    CHECK(action("connection sc-set-gpt0(1) 42").value == 42);
    CHECK(action("connection sc-set-gpt0(1) src_port").key);
}

TEST_CASE("names of tables in rules are joined with the tables") {
    auto config = config_of(
        "stick-table = type ipv6 size 5 store conn_rate(5s)\nacl many = src_conn_rate gt 5\n"
        "tcp-request = connection track-sc0 src\ntcp-request = session track-sc1 src table t\n"
        "tcp-request = connection reject if many { src_get_gpc0(t) gt 0 } or { src,table_conn_cur(t) gt 2 }\n"
        "tcp-request = content reject if { sc_conn_cur(1) gt 3 } { sc0_conn_rate(t) gt 1 }");
    const auto& requests = config->frontends[0].rules.requests;
    CHECK(requests.connection[0].action.target.name == "x");
    CHECK(requests.session[0].action.target.name == "t");
}

TEST_CASE("a table that does not exist is a mistake wherever it is named") {
    const std::string own = "this section has no 'stick-table' of its own; name a table\n";
    CHECK(error_of("tcp-request = connection track-sc0 src") == "test.ini:2: 'tcp-request': " + own);
    CHECK(error_of("tcp-request = connection reject if { src_conn_cur gt 1 }") ==
          "test.ini:2: 'tcp-request': src_conn_cur: " + own);
    CHECK(error_of("tcp-request = connection track-sc0 src table tt") ==
          "test.ini:2: 'tcp-request': there is no table 'tt'; did you mean 't'?\n");
    CHECK(error_of("tcp-request = connection reject if { src,in_table(zz) }") ==
          "test.ini:2: 'tcp-request': src: there is no table 'zz'\n");
    CHECK(error_of("stick = on src") == "test.ini:2: 'stick': " + own);
    CHECK(error_of("stick = on src table zz") == "test.ini:2: 'stick': there is no table 'zz'\n");
}

TEST_CASE("a rule on data that its table does not store is worth a warning") {
    auto loaded =
        load_fake("[listen x]\ntcp-request = connection reject if { src_conn_rate(t) gt 1 }\n" + rest);
    CHECK(loaded.config);
    CHECK(mistakes_of(loaded) ==
          "test.ini:2: 'tcp-request': src_conn_rate: the table 't' does not store conn_rate, so this "
          "never holds\n");
}

TEST_CASE("mistakes of actions about tables are met with the remedy") {
    CHECK(error_of("tcp-request = connection track-sc0") ==
          "test.ini:2: 'tcp-request': track-sc: what to track is missing: track-sc0 src\n");
    CHECK(error_of("tcp-request = connection track-sc0 src table") ==
          "test.ini:2: 'tcp-request': the name of the table is missing\n");
    CHECK(error_of("tcp-request = connection sc-inc-gpc0(3)") ==
          "test.ini:2: 'tcp-request': sc-inc-gpc0(3): (0), (1) or (2) is wanted, as in track-sc0\n");
    CHECK(error_of("tcp-request = connection reject(1)") ==
          "test.ini:2: 'tcp-request': 'reject' takes nothing in parentheses\n");
    CHECK(error_of("tcp-request = connection reject if { sc_conn_cur(7) gt 1 }")
              .find("sc_conn_cur(7): 0, 1 or 2 is wanted, as in track-sc0") != std::string::npos);
    CHECK(error_of("tcp-request = connection track-sc0 req.ssl_sni table t")
              .find("'req.ssl_sni' is not known yet in 'tcp-request connection'") != std::string::npos);
}

TEST_CASE("stick is read, and gives its table room for the server") {
    auto config = config_of(
        "stick = match src table t if { src 10.0.0.0/8 }\nstick = store-request src table t unless TRUE\n"
        "stick = on dst table t");
    const auto& rules = config->backends[0].stick_rules;
    REQUIRE(rules.size() == 3);
    CHECK((rules[0].matches && !rules[0].stores));
    CHECK((!rules[1].matches && rules[1].stores));
    CHECK((rules[2].matches && rules[2].stores));
    CHECK(rules[2].table.name == "t");
    CHECK(config->stick_tables[0].stores(StickData::server_id));
    CHECK(config->stick_tables[0].stores(StickData::server_key));
    CHECK_FALSE(config_of("description = x")->stick_tables[0].stores(StickData::server_id));
}

TEST_CASE("mistakes of stick are met with the remedy") {
    CHECK(error_of("stick = on") == "test.ini:2: 'stick': the key is missing: stick = on src\n");
    CHECK(error_of("stick = of src") ==
          "test.ini:2: 'stick': 'of': 'on', 'match' or 'store-request' is wanted\n");
    CHECK(error_of("stick = store-response src") ==
          "test.ini:2: 'stick': 'store-response' looks into what servers send; this proxy does not\n");
    CHECK(error_of("stick = on src tabel t") ==
          "test.ini:2: 'stick': unexpected 'tabel': 'table', 'if' or 'unless' is wanted\n");
    CHECK(error_of("stick = on srcc table t").find("did you mean 'src'?") != std::string::npos);
}
