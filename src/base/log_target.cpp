// The names that a `log` line uses, and back.
#include "spliced/base/log_target.hpp"

#include <array>
#include <cassert>

namespace spliced {
namespace {

// In the order of the enumerators and of syslog's numbers.
constexpr std::array<std::string_view, 8> levels{"emerg",   "alert",  "crit", "err",
                                                 "warning", "notice", "info", "debug"};
constexpr std::array<std::string_view, 9> formats{"local", "rfc3164", "rfc5424", "priority", "short",
                                                  "timed", "iso",     "raw",     "json"};
constexpr std::array<std::string_view, 24> facilities{
    "kern",   "user",   "mail",   "daemon", "auth",   "syslog", "lpr",    "news",
    "uucp",   "cron",   "auth2",  "ftp",    "ntp",    "audit",  "alert",  "cron2",
    "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"};

template <std::size_t size>
std::optional<std::size_t> position(const std::array<std::string_view, size>& names, std::string_view name) {
    for (std::size_t i = 0; i < size; ++i) {
        if (names[i] == name) return i;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Level> level_named(std::string_view name) {
    auto at = position(levels, name);
    return at ? std::optional(static_cast<Level>(*at)) : std::nullopt;
}

std::optional<LogFormat> log_format_named(std::string_view name) {
    auto at = position(formats, name);
    return at ? std::optional(static_cast<LogFormat>(*at)) : std::nullopt;
}

std::optional<int> facility_named(std::string_view name) {
    auto at = position(facilities, name);
    return at ? std::optional(static_cast<int>(*at)) : std::nullopt;
}

std::string_view name_of(Level level) {
    return levels[static_cast<std::size_t>(level)];
}

std::string_view name_of(LogFormat format) {
    return formats[static_cast<std::size_t>(format)];
}

std::string_view name_of_facility(int number) {
    auto at = static_cast<std::size_t>(number);
    assert(at < facilities.size());
    return facilities[at];
}

}  // namespace spliced
