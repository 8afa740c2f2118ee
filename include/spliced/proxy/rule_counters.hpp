// What the counters of rules (rules/counter.hpp) read of an entry of a stick table, and change in it.
#pragma once

#include <cstdint>
#include <optional>

#include "spliced/proxy/stick_tables.hpp"
#include "spliced/rules/counter.hpp"

namespace spliced::proxy {

/// Makes the entry that it is asked for where there is none yet.
bool makes_entry(rules::Counter counter);

/// Of the entry; null stands for one that the table does not know, which counts as all zeros. Nothing where
/// the table does not store it.
std::optional<std::int64_t> read_counter(stick::Table& table, stick::Entry* entry, rules::Counter counter,
                                         TimePoint now);

}  // namespace spliced::proxy
