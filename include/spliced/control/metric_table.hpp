// Which column of the statistics, or figure of the process, is which of HAProxy's metrics.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "spliced/control/stat_rows.hpp"

namespace spliced::control {

enum class MetricType : std::uint8_t { gauge, counter };

enum class MetricForm : std::uint8_t {
    number,        ///< as it is; NaN where the row has none
    milliseconds,  ///< in seconds
    states,        ///< one sample for each state that there is
};

struct RowMetric {
    std::string_view name;  ///< behind "haproxy_frontend_" and the like
    MetricType type;
    unsigned kinds;  ///< a bit for each StatKind, at its number
    std::size_t place;
    MetricForm form;
    std::string_view help;
};

struct ProcessMetric {
    std::string_view name;  ///< behind "haproxy_process_"
    MetricType type;
    std::string_view field;  ///< of `show info`
    std::string_view help;
};

std::span<const RowMetric> row_metrics();
std::span<const ProcessMetric> process_metrics();

}  // namespace spliced::control
