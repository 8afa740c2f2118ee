#include "spliced/rules/counter.hpp"

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "spliced/rules/fetch.hpp"

namespace spliced::rules {
namespace {

/// Of which families of fetches a counter is.
enum Families : unsigned { of_source = 1, of_tracked = 2, of_both = 3 };

struct Row {
    std::string_view name;
    Counter counter;
    Families families = of_both;
};

constexpr Row rows[] = {
    {"bytes_in_rate", Counter::bytes_in_rate},
    {"bytes_out_rate", Counter::bytes_out_rate},
    {"clr_gpc0", Counter::clear_gpc0},
    {"clr_gpc1", Counter::clear_gpc1},
    {"conn_cnt", Counter::conn_cnt},
    {"conn_cur", Counter::conn_cur},
    {"conn_rate", Counter::conn_rate},
    {"get_gpc0", Counter::gpc0},
    {"get_gpc1", Counter::gpc1},
    {"get_gpt0", Counter::gpt0},
    {"gpc0_rate", Counter::gpc0_rate},
    {"gpc1_rate", Counter::gpc1_rate},
    {"inc_gpc0", Counter::increase_gpc0},
    {"inc_gpc1", Counter::increase_gpc1},
    {"kbytes_in", Counter::kbytes_in},
    {"kbytes_out", Counter::kbytes_out},
    {"sess_cnt", Counter::sess_cnt},
    {"sess_rate", Counter::sess_rate},
    {"tracked", Counter::tracked, of_tracked},
    {"trackers", Counter::trackers, of_tracked},
    {"updt_conn_cnt", Counter::updated_conn, of_source},
};

constexpr std::array converters{CounterConverter{"in_table", Counter::tracked},
                                CounterConverter{"table_bytes_in_rate", Counter::bytes_in_rate},
                                CounterConverter{"table_bytes_out_rate", Counter::bytes_out_rate},
                                CounterConverter{"table_conn_cnt", Counter::conn_cnt},
                                CounterConverter{"table_conn_cur", Counter::conn_cur},
                                CounterConverter{"table_conn_rate", Counter::conn_rate},
                                CounterConverter{"table_gpc0", Counter::gpc0},
                                CounterConverter{"table_gpc0_rate", Counter::gpc0_rate},
                                CounterConverter{"table_gpc1", Counter::gpc1},
                                CounterConverter{"table_gpc1_rate", Counter::gpc1_rate},
                                CounterConverter{"table_gpt0", Counter::gpt0},
                                CounterConverter{"table_kbytes_in", Counter::kbytes_in},
                                CounterConverter{"table_kbytes_out", Counter::kbytes_out},
                                CounterConverter{"table_server_id", Counter::server_id},
                                CounterConverter{"table_sess_cnt", Counter::sess_cnt},
                                CounterConverter{"table_sess_rate", Counter::sess_rate},
                                CounterConverter{"table_trackers", Counter::trackers}};

/// The rows, and the names that they refer to.
struct Table {
    Table() {
        using Kind = ArgumentKind;
        add("table_avl", {FetchId::table_avl, {Kind::table}});
        add("table_cnt", {FetchId::table_cnt, {Kind::table}});
        for (const Row& row : rows) {
            if ((row.families & of_source) != 0) add("src", row, {FetchId::src_counter, {Kind::table}});
            if ((row.families & of_tracked) == 0) continue;
            add("sc", row, {FetchId::sc_counter, {Kind::slot, Kind::table}, 1});
            for (std::uint8_t slot = 0; slot < 3; ++slot)
                add("sc" + std::to_string(slot), row, {FetchId::sc_counter, {Kind::table}, 0, slot});
        }
    }

    struct What {
        FetchId id;
        std::array<ArgumentKind, 2> arguments{};
        unsigned required = 0;
        std::uint8_t slot = 0;
    };
    void add(std::string_view name, const What& what, Counter counter = {}) {
        names.emplace_back(name);
        Type type = counter == Counter::tracked ? Type::boolean : Type::integer;
        fetches.push_back({names.back(), what.id, type, Stage::connection, what.arguments, what.required,
                           counter, what.slot});
    }
    void add(const std::string& family, const Row& row, const What& what) {
        add(family + "_" + std::string(row.name), what, row.counter);
    }

    std::deque<std::string> names;
    std::vector<Fetch> fetches;
};

}  // namespace

std::span<const Fetch> counter_fetches() {
    static const Table table;
    return table.fetches;
}

std::span<const CounterConverter> counter_converters() {
    return converters;
}

}  // namespace spliced::rules
