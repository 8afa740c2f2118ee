// Stick tables as text: the lines of `show table`, and which entries a filter means.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/stick/table.hpp"

namespace spliced::control {

enum class Comparison : std::uint8_t { eq, ne, le, ge, lt, gt };

std::optional<Comparison> comparison_named(std::string_view name);

/// `data.conn_rate gt 20`
struct TableFilter {
    config::StickData data;
    Comparison comparison;
    std::int64_t value;
};

/// The entries that pass all filters, in the order of the bytes of their keys, as HAProxy shows them.
std::vector<stick::Entry*> sorted_entries(stick::Table& table, std::span<const TableFilter> filters,
                                          TimePoint now);

/// "# table: web, type: ip, size:1024, used:1\n"
std::string table_head(const stick::Table& table);
/// "0x55d8c0: key=127.0.0.1 use=0 exp=36395 gpc0=0 conn_rate(10000)=0\n"
std::string entry_line(const stick::Table& table, const stick::Entry& entry, TimePoint now);

}  // namespace spliced::control
