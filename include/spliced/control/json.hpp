// JSON by hand, for what a proxy has to say: RFC 8259.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "spliced/control/process_info.hpp"
#include "spliced/control/stat_rows.hpp"

namespace spliced::control {

/// {"process": {"Name": "spliced", ...}, "stats": [{"pxname": "web", ...}, ...]}: the names of `show info`
/// and of the CSV; what is empty there is left out.
std::string plain_json(std::span<const StatRow> rows, std::span<const InfoValue> info);

}  // namespace spliced::control
