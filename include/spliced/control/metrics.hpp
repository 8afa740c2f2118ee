// The statistics in Prometheus's text form (its "Exposition formats", version 0.0.4).
#pragma once

#include <span>
#include <string>

#include "spliced/control/admin.hpp"
#include "spliced/control/process_info.hpp"
#include "spliced/control/stat_rows.hpp"
#include "spliced/proxy/stick_tables.hpp"

namespace spliced::control {

inline constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";

/// haproxy_*: of rows of all kinds, and of the process.
std::string haproxy_metrics(std::span<const StatRow> rows, std::span<const InfoValue> info);

/// haproxy_sticktable_*.
std::string table_metrics(const proxy::StickTables& tables);

/// spliced_*: what HAProxy has no name for.
std::string own_metrics(const Admin& admin);

}  // namespace spliced::control
