// Which data of a stick table a counter of rules is about.
#pragma once

#include <optional>

#include "spliced/config/stick_table.hpp"
#include "spliced/rules/counter.hpp"

namespace spliced::config {

/// None for those that only ask whether there is an entry, and who tracks it.
std::optional<StickData> data_of(rules::Counter counter);

}  // namespace spliced::config
