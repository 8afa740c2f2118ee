// One figure of the statistics, with what HAProxy's typed output tells of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace spliced::control {

/// Absent where it means nothing for its object, or has no limit.
using StatValue = std::variant<std::monostate, std::uint64_t, std::int64_t, std::string>;

/// How the typed output names it.
enum class StatType : std::uint8_t { u32, u64, s32, text };

std::string_view name_of(StatType type);

/// As the CSV shows it; empty for an absent one.
std::string text_of(const StatValue& value);

/// The three letters of the typed output: origin, nature and scope (management manual, 9.1 "Typed output
/// format"), spelled out for the JSON output: "Metric", "Gauge", "Process".
std::string_view origin_of(std::string_view tags);
std::string_view nature_of(std::string_view tags);
std::string_view scope_of(std::string_view tags);

}  // namespace spliced::control
