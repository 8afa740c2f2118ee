#include "spliced/base/local_date.hpp"

#include <array>
#include <cassert>

namespace spliced {

LocalDate local_date(WallTime moment) {
    auto whole = std::chrono::floor<seconds>(moment);
    auto rest = std::chrono::duration_cast<microseconds>(moment - whole);
    std::time_t since_epoch = std::chrono::system_clock::to_time_t(whole);
    LocalDate date;
    ::localtime_r(&since_epoch, &date.fields);
    date.microsecond = static_cast<unsigned>(rest.count());
    return date;
}

std::string_view month_name(const LocalDate& date) {
    static constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto month = static_cast<std::size_t>(date.fields.tm_mon);
    assert(month < names.size());
    return names[month];
}

}  // namespace spliced
