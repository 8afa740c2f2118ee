// The statistics and the process's figures as text: CSV, HAProxy's typed lines, JSON.
#pragma once

#include <span>
#include <string>

#include "spliced/control/process_info.hpp"
#include "spliced/control/stat_rows.hpp"

namespace spliced::control {

/// "# pxname,svname,...": with a line end.
std::string stats_csv_header();
/// The header, then a line for each row.
std::string stats_csv(std::span<const StatRow> rows);
/// "F.2.0.4.scur.1:MGP:u32:0", a line for each value; `described` adds the description in quotes.
std::string stats_typed(std::span<const StatRow> rows, bool described);
/// As `show schema json` describes it; without a line end.
std::string stats_json(std::span<const StatRow> rows);

/// "Name: value"; `described` adds the description in quotes.
std::string info_text(std::span<const InfoValue> info, bool described);
std::string info_typed(std::span<const InfoValue> info, bool described);
std::string info_json(std::span<const InfoValue> info);

}  // namespace spliced::control
