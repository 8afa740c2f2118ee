// `show table`, `set table`, `clear table`: the words and answers of HAProxy 2.6 (its src/stick_table.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "spliced/control/command_groups.hpp"
#include "spliced/control/find_object.hpp"
#include "spliced/control/table_text.hpp"

namespace spliced::control {
namespace {

using config::AdminLevel;
using stick::Entry;
using stick::Table;

constexpr std::string_view data_prefix = "data.";
constexpr std::size_t most_filters = 4;

Answer no_such_table() {
    return Answer::error("No such table\n");
}

Table* find_table(const Call& call) {
    return call.admin.engine.shared().stick_tables.find(call.argument(0));
}

TimePoint now_of(const Call& call) {
    return call.admin.loop.now();
}

/// `data.TYPE OPERATOR VALUE`, up to four times; an entry must pass all of them.
Answer read_filters(const Call& call, const Table& table, std::vector<TableFilter>& filters) {
    std::size_t at = 1;
    for (; filters.size() < most_filters && !call.argument(at).empty(); at += 3) {
        auto refuse = [&](std::string_view why) {
            return Answer::error(fmt::format("Filter entry #{}: {}\n", filters.size() + 1, why));
        };
        auto word = call.argument(at);
        auto data = word.starts_with(data_prefix) ? config::stick_data_named(word.substr(data_prefix.size()))
                                                  : std::nullopt;
        if (!data) return refuse("Unknown data type");
        if (!table.settings().stores(*data)) return refuse("Data type not stored in this table");
        auto comparison = comparison_named(call.argument(at + 1));
        if (!comparison) return refuse(R"(Require and operator among "eq", "ne", "le", "ge", "lt", "gt")");
        auto value = parse_number(call.argument(at + 2));
        if (!value) return refuse("Require a valid integer value to compare against");
        filters.push_back({*data, *comparison, *value});
    }
    if (!call.argument(at).empty())
        return Answer::error(fmt::format("Detected extra data in filter, {}th word of input, after '{}'\n",
                                         at + 3, call.argument(at - 1)));
    return Answer::done();
}

/// The key that is named; the answer is for where it is none. `doing` begins a sentence of HAProxy.
struct NamedKey {
    std::optional<stick::Key> key;
    Answer refusal;
};

NamedKey read_key(const Call& call, const Table& table, std::string_view doing) {
    auto text = call.argument(2);
    if (text.empty()) return {{}, Answer::error("Key value expected\n")};
    if (table.shape().type == config::StickKey::binary)
        return {{},
                Answer::error(fmt::format(
                    "{} tables of type other than ip, ipv6, string and integer is not supported\n", doing))};
    auto key = stick::parse_key(table.shape(), text);
    return {key, key ? Answer::done() : Answer::error("Invalid key\n")};
}

// ---- show

Answer show_key(const Call& call, Table& table) {
    if (call.caller.level < AdminLevel::oper) return Answer::denied();
    auto named = read_key(call, table, "Showing keys from");
    if (!named.key) return named.refusal;
    Entry* entry = table.find(*named.key, now_of(call));
    if (!entry) return Answer::done();
    return Answer::dump(table_head(table) + entry_line(table, *entry, now_of(call)));
}

Answer show_table(const Call& call) {
    auto& tables = call.admin.engine.shared().stick_tables;
    tables.expire_all();
    if (call.argument(0).empty()) {
        std::string text;
        // The last of the file first, as HAProxy does.
        for (auto table = tables.all().rbegin(); table != tables.all().rend(); ++table)
            text += table_head(**table);
        return Answer::dump(std::move(text));
    }
    Table* table = find_table(call);
    if (!table) return no_such_table();
    auto word = call.argument(1);
    if (word == "key") return show_key(call, *table);
    if (!word.empty() && !word.starts_with(data_prefix))
        return Answer::error(
            "Optional argument only supports \"data.<store_data_type>\" <operator> <value> and key <key>\n");
    std::vector<TableFilter> filters;
    if (Answer refusal = read_filters(call, *table, filters); !refusal.text.empty()) return refusal;
    std::string text = table_head(*table);
    for (const Entry* entry : sorted_entries(*table, filters, now_of(call)))
        text += entry_line(*table, *entry, now_of(call));
    return Answer::dump(std::move(text));
}

// ---- set

struct NewValue {
    config::StickData data;
    long value;
};

/// `data.TYPE VALUE`, all of them before anything is changed.
Answer read_values(const Call& call, const Table& table, std::vector<NewValue>& values) {
    for (std::size_t at = 3; !call.argument(at).empty(); at += 2) {
        auto word = call.argument(at);
        if (!word.starts_with(data_prefix))
            return Answer::error("\"data.<type>\" followed by a value expected\n");
        auto data = config::stick_data_named(word.substr(data_prefix.size()));
        if (!data) return Answer::error("Unknown data type\n");
        if (!table.settings().stores(*data)) return Answer::error("Data type not stored in this table\n");
        auto value = parse_number(call.argument(at + 1));
        if (!value) return Answer::error("Require a valid integer value to store\n");
        values.push_back({*data, *value});
    }
    return Answer::done();
}

Answer set_table(const Call& call) {
    constexpr std::string_view usage =
        "Required arguments: <table> key <key> [data.<store_data_type> <value>]*\n";
    if (call.argument(0).empty()) return Answer::error(std::string(usage));
    Table* table = find_table(call);
    if (!table) return no_such_table();
    auto word = call.argument(1);
    if (word.starts_with(data_prefix))
        return Answer::error(
            "content-based lookup is only supported with the \"show\" and \"clear\" actions\n");
    if (word.empty()) return Answer::done();
    if (word != "key") return Answer::error(std::string(usage));
    if (call.caller.level < AdminLevel::oper) return Answer::denied();
    auto named = read_key(call, *table, "Inserting keys into");
    if (!named.key) return named.refusal;
    std::vector<NewValue> values;
    if (Answer refusal = read_values(call, *table, values); !refusal.text.empty()) return refusal;
    Entry* entry = table->find_or_add(*named.key, now_of(call));
    if (!entry) return Answer::error("Unable to allocate a new entry\n");
    for (auto [data, value] : values) table->set(*entry, data, value, now_of(call));
    call.admin.engine.shared().stick_tables.watch();
    return Answer::done();
}

// ---- clear

Answer clear_key(const Call& call, Table& table) {
    if (call.caller.level < AdminLevel::oper) return Answer::denied();
    auto named = read_key(call, table, "Removing keys from");
    if (!named.key) return named.refusal;
    Entry* entry = table.find(*named.key, now_of(call));
    if (entry && !table.remove(*entry)) return Answer::error("Entry currently in use, cannot remove\n");
    return Answer::done();
}

Answer clear_table(const Call& call) {
    constexpr std::string_view usage =
        "Required arguments: <table> \"data.<store_data_type>\" <operator> <value> or <table> key <key>\n";
    if (call.argument(0).empty()) return Answer::error(std::string(usage));
    Table* table = find_table(call);
    if (!table) return no_such_table();
    auto word = call.argument(1);
    if (word == "key") return clear_key(call, *table);
    if (!word.empty() && !word.starts_with(data_prefix)) return Answer::error(std::string(usage));
    if (call.caller.level < AdminLevel::oper) return Answer::denied();
    std::vector<TableFilter> filters;
    if (Answer refusal = read_filters(call, *table, filters); !refusal.text.empty()) return refusal;
    for (Entry* entry : sorted_entries(*table, filters, now_of(call))) table->remove(*entry);
    return Answer::done();
}

// clang-format off
constexpr Command table[] = {
    {{"clear", "table"}, AdminLevel::user, "clear table <table> [<filter>]*",         "remove an entry from a table (filter: data/key)", clear_table},
    {{"set", "table"},   AdminLevel::user, "set table <table> key <k> [data.* <v>]*", "update or create a table entry's data", set_table},
    {{"show", "table"},  AdminLevel::user, "show table <table> [<filter>]*",          "report table usage stats or dump this table's contents (filter: data/key)", show_table},
};
// clang-format on

}  // namespace

std::span<const Command> table_commands() {
    return table;
}

}  // namespace spliced::control
