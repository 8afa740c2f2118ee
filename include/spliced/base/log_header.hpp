// A log line as its receiver gets it: the header that a format asks for, then the message. Pure.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "spliced/base/clock.hpp"
#include "spliced/base/log_target.hpp"

namespace spliced {

struct LogEntry {
    LogFormat format = LogFormat::local;
    int facility = 16;  ///< 0 to 23
    Level level = Level::info;
    pid_t pid = 0;
    std::string_view host;  ///< of rfc3164 and rfc5424; empty prints "localhost" and "-", as HAProxy
    std::string_view tag = "spliced";
    WallTime time{};
    std::string_view message;
    /// What `json` writes instead of the message: members of an object, ready and without braces. Empty where
    /// the message is all there is.
    std::string_view members;
    std::size_t max_length = 1024;  ///< bytes of header and message together; the rest is cut
};

/// Appends the line without a line end. A JSON line that would be too long is `"cut":true` instead of its
/// members, or its message cut, so that it stays an object.
/// Control bytes of the message become "#XX", HAProxy's escape, so that
/// one message stays one line.
void append_log_line(std::string& line, const LogEntry& entry);

}  // namespace spliced
