#include "spliced/proxy/rule_counters.hpp"

#include "spliced/config/counter_data.hpp"

namespace spliced::proxy {
namespace {

using config::StickData;
using rules::Counter;

void increase(stick::Table& table, stick::Entry& entry, StickData number, StickData rate, TimePoint now) {
    table.count(entry, number, 1, now);
    table.count(entry, rate, 1, now);
    table.touch(entry, now);
}

/// What asking changes.
void change(stick::Table& table, stick::Entry& entry, Counter counter, TimePoint now) {
    if (counter == Counter::increase_gpc0)
        increase(table, entry, StickData::gpc0, StickData::gpc0_rate, now);
    else if (counter == Counter::increase_gpc1)
        increase(table, entry, StickData::gpc1, StickData::gpc1_rate, now);
    else if (counter == Counter::updated_conn)
        increase(table, entry, StickData::conn_cnt, StickData::conn_rate, now);
}

}  // namespace

bool makes_entry(Counter counter) {
    return counter == Counter::increase_gpc0 || counter == Counter::increase_gpc1 ||
           counter == Counter::updated_conn;
}

std::optional<std::int64_t> read_counter(stick::Table& table, stick::Entry* entry, Counter counter,
                                         TimePoint now) {
    if (counter == Counter::tracked) return entry ? 1 : 0;
    if (counter == Counter::trackers) return entry ? entry->uses() : 0;
    StickData data = *config::data_of(counter);
    if (!table.settings().stores(data)) return std::nullopt;
    if (!entry) return 0;
    change(table, *entry, counter, now);
    auto value = table.value(*entry, data, now);
    if (counter == Counter::clear_gpc0 || counter == Counter::clear_gpc1) table.set(*entry, data, 0, now);
    bool is_in_kilobytes = counter == Counter::kbytes_in || counter == Counter::kbytes_out;
    return is_in_kilobytes ? *value / 1024 : *value;
}

}  // namespace spliced::proxy
