// A moment as local calendar time, for log lines.
#pragma once

#include <ctime>
#include <string_view>

#include "spliced/base/clock.hpp"

namespace spliced {

struct LocalDate {
    std::tm fields{};
    unsigned microsecond = 0;  ///< 0 to 999999
};

LocalDate local_date(WallTime moment);

/// "Jan" to "Dec" for tm_mon 0 to 11; English whatever the locale, as RFC 3164 section 4.1.2 demands.
std::string_view month_name(const LocalDate& date);

}  // namespace spliced
