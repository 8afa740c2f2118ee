// The shapes were read off HAProxy 2.6.12's wire, one format at a time; its configuration manual describes
// them under "log".
#include "spliced/base/log_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "spliced/base/json_text.hpp"
#include "spliced/base/local_date.hpp"

namespace spliced {
namespace {

/// "Nov  3 02:36:05", RFC 3164 section 4.1.2: the day is padded with a blank.
void append_bsd_date(std::string& line, WallTime time) {
    LocalDate date = local_date(time);
    const std::tm& at = date.fields;
    fmt::format_to(std::back_inserter(line), "{} {:2} {:02}:{:02}:{:02}", month_name(date), at.tm_mday,
                   at.tm_hour, at.tm_min, at.tm_sec);
}

/// "2026-11-22T23:12:18.759925-03:30", RFC 5424 section 6.2.3.
void append_iso_date(std::string& line, WallTime time) {
    LocalDate date = local_date(time);
    const std::tm& at = date.fields;
    long minutes = std::labs(at.tm_gmtoff) / 60;
    fmt::format_to(std::back_inserter(line), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}{}{:02}:{:02}",
                   at.tm_year + 1900, at.tm_mon + 1, at.tm_mday, at.tm_hour, at.tm_min, at.tm_sec,
                   date.microsecond, at.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

void append_priority(std::string& line, int number) {
    fmt::format_to(std::back_inserter(line), "<{}>", number);
}

void append_header(std::string& line, const LogEntry& entry) {
    auto out = std::back_inserter(line);
    int level = static_cast<int>(entry.level);
    int priority = entry.facility * 8 + level;
    std::string_view tag = entry.tag;
    switch (entry.format) {
        case LogFormat::local:
            append_priority(line, priority);
            append_bsd_date(line, entry.time);
            fmt::format_to(out, " {}[{}]: ", tag, entry.pid);
            break;
        case LogFormat::rfc3164:
            append_priority(line, priority);
            append_bsd_date(line, entry.time);
            fmt::format_to(out, " {} {}[{}]: ", entry.host.empty() ? "localhost" : entry.host, tag,
                           entry.pid);
            break;
        case LogFormat::rfc5424:
            append_priority(line, priority);
            line += "1 ";
            append_iso_date(line, entry.time);
            fmt::format_to(out, " {} {} {} - - ", entry.host.empty() ? "-" : entry.host, tag, entry.pid);
            break;
        case LogFormat::priority:
            append_priority(line, priority);
            break;
        case LogFormat::short_form:
            append_priority(line, level);
            break;
        case LogFormat::timed:
            append_priority(line, level);
            append_iso_date(line, entry.time);
            line += ' ';
            break;
        case LogFormat::iso:
            append_iso_date(line, entry.time);
            line += ' ';
            break;
        case LogFormat::raw:
        case LogFormat::json:
            break;
    }
}

bool is_control(char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

void append_message(std::string& line, std::string_view message) {
    while (!message.empty()) {
        const auto* control = std::find_if(message.begin(), message.end(), is_control);
        line.append(message.begin(), control);
        if (control == message.end()) return;
        fmt::format_to(std::back_inserter(line), "#{:02X}", static_cast<unsigned char>(*control));
        message.remove_prefix(static_cast<std::size_t>(control - message.begin()) + 1);
    }
}

/// {"time":"2026-11-03T02:36:05.029786+00:00","level":"info","pid":5233,"message":"..."}
void append_object(std::string& line, const LogEntry& entry, std::string_view message, bool with_members) {
    line += "{\"time\":\"";
    append_iso_date(line, entry.time);
    fmt::format_to(std::back_inserter(line), "\",\"level\":\"{}\",\"pid\":{},", name_of(entry.level),
                   entry.pid);
    if (with_members) {
        line += entry.members;
    } else {
        line += "\"message\":";
        append_json_string(line, message);
    }
    line += '}';
}

void append_json_line(std::string& line, const LogEntry& entry) {
    std::size_t start = line.size();
    append_object(line, entry, entry.message, !entry.members.empty());
    for (std::size_t room = entry.max_length; line.size() - start > entry.max_length && room > 0; room /= 2) {
        line.resize(start);
        append_object(line, entry, entry.message.substr(0, room / 2), false);
        line.insert(line.size() - 1, ",\"cut\":true");
    }
}

}  // namespace

void append_log_line(std::string& line, const LogEntry& entry) {
    if (entry.format == LogFormat::json) return append_json_line(line, entry);
    std::size_t start = line.size();
    append_header(line, entry);
    append_message(line, entry.message.substr(0, entry.max_length));
    if (line.size() - start > entry.max_length) line.resize(start + entry.max_length);
}

}  // namespace spliced
