// A session's log line by `log-format`, field by field as HAProxy 2.6 writes them.
#pragma once

#include <string>

#include "spliced/config/line_format.hpp"
#include "spliced/proxy/log_date.hpp"
#include "spliced/proxy/session_record.hpp"

namespace spliced::proxy {

/// Allocates nothing where the string has room.
void append_formatted(std::string& line, const config::LineFormat& format, const SessionRecord& session,
                      LogDate& dates);

}  // namespace spliced::proxy
