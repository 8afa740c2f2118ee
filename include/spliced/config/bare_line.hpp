// A line without '=': what should stand there instead.
#pragma once

#include <string>
#include <string_view>

namespace spliced::config {

/// The message about the line. A keyword with blanks for '=', HAProxy's form, is shown as it is written here.
std::string about_bare_line(std::string_view line);

}  // namespace spliced::config
