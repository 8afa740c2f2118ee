// A session as members of a JSON object, for `log = ... format json`.
#pragma once

#include <string>
#include <string_view>

#include "spliced/proxy/session_record.hpp"

namespace spliced::proxy {

/// What the line is about.
enum class SessionEvent { start, connected, end, refused };

/// Appends `"event":"end","client":"127.0.0.1","client_port":4711,...` without braces; what is not known is
/// left out. Names and meanings stand in spliced(8).
void append_session_members(std::string& text, SessionEvent event, const SessionRecord& session);

}  // namespace spliced::proxy
