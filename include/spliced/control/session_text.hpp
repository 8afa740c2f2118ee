// A running session as `show sess` shows it.
#pragma once

#include <string>

#include "spliced/proxy/session.hpp"

namespace spliced::control {

/// HAProxy's line, in its order. Fields that speak of HAProxy's own scheduler and buffers are 0; `i` is the
/// bytes that came from that side so far.
void append_session_line(std::string& text, const proxy::Session& session, TimePoint now);

/// What `show sess all` tells: several lines, the first of them without indent.
void append_session_in_full(std::string& text, const proxy::Session& session, TimePoint now);

}  // namespace spliced::control
