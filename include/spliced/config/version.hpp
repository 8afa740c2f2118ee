// What -v and -vv print.
#pragma once

#include <string>

namespace spliced::config {

/// "spliced version 0.1.0, a layer-4 TCP splice proxy", with a line end.
std::string version_text();

/// version_text(), then the system, the compiler, the libraries and what the data path uses.
std::string build_text();

}  // namespace spliced::config
