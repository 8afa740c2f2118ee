#include "spliced/proxy/log_date.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "spliced/base/local_date.hpp"

namespace spliced::proxy {

std::string_view LogDate::text(std::chrono::sys_seconds second) {
    if (second != second_) {
        LocalDate local = local_date(second);
        const std::tm& at = local.fields;
        auto written =
            fmt::format_to_n(date_.data(), date_.size(), "{:02}/{}/{:04}:{:02}:{:02}:{:02}", at.tm_mday,
                             month_name(local), at.tm_year + 1900, at.tm_hour, at.tm_min, at.tm_sec);
        length_ = std::min(written.size, date_.size());
        second_ = second;
    }
    return {date_.data(), length_};
}

}  // namespace spliced::proxy
