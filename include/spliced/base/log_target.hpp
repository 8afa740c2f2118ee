// Where log lines go and in what form: the value behind `log = TARGET [len N] [format F] [sample S] FACILITY
// [MAX [MIN]]`.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "spliced/base/log_sample.hpp"

namespace spliced {

/// Severities of syslog, RFC 5424 section 6.2.1; a smaller number is graver.
enum class Level { emerg, alert, crit, err, warning, notice, info, debug };

/// What is written in front of the message; the names and shapes are those of HAProxy's `format`
/// (configuration manual, "log"). `local` is rfc3164 without the host name, HAProxy's default on the wire.
/// `json` is ours: each line is one object, RFC 8259.
enum class LogFormat { local, rfc3164, rfc5424, priority, short_form, timed, iso, raw, json };

struct LogTarget {
    enum class Kind { unix_socket, udp, descriptor, file };

    Kind kind = Kind::descriptor;
    std::string text;              ///< as the operator wrote it, for messages
    sockaddr_storage address{};    ///< of a unix socket or of the UDP receiver
    socklen_t address_length = 0;  ///< valid bytes of `address`
    int descriptor = 2;            ///< of Kind::descriptor: 1 for stdout, 2 for stderr
    std::string path;              ///< of Kind::file

    std::size_t max_length = 1024;  ///< bytes of a whole line; the rest is cut, as HAProxy's `len` says
    LogFormat format = LogFormat::local;
    LogSample sample;
    std::string tag = "spliced";  ///< what syslog knows the program by
    std::string host;             ///< of rfc3164 and rfc5424, where it is not this machine's name
    int facility = 16;            ///< syslog's number, 0 (kern) to 23 (local7)
    Level max = Level::debug;     ///< lines less grave than this are left out
    Level min = Level::emerg;     ///< lines graver than this are sent as this
};

std::optional<Level> level_named(std::string_view name);
std::optional<LogFormat> log_format_named(std::string_view name);
/// The number of a facility ("daemon" is 3), for HAProxy's 24 names.
std::optional<int> facility_named(std::string_view name);

std::string_view name_of(Level level);
std::string_view name_of(LogFormat format);
std::string_view name_of_facility(int number);

}  // namespace spliced
