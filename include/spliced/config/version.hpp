// What -v and -vv print.
#pragma once

#include <string>
#include <string_view>

namespace spliced::config {

/// "0.1.0"
std::string_view version_number();
/// "2026/11/25": of the latest change that it holds.
std::string_view release_date();

/// "spliced version 0.1.0, a layer-4 TCP splice proxy", with a line end.
std::string version_text();

/// version_text(), then the system, the compiler, the libraries and what the data path uses.
std::string build_text();

}  // namespace spliced::config
