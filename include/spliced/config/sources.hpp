// Which files a configuration consists of, and what they hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spliced/config/load_text.hpp"
#include "spliced/config/mistakes.hpp"

namespace spliced::config {

/// Reads each path; a folder stands for its files with this ending, sorted by name. What cannot be read, and
/// a file that comes a second time (by whichever name), is reported and left out.
std::vector<SourceText> read_sources(const std::vector<std::string>& paths, Mistakes& mistakes,
                                     std::string_view ending = ".ini");

}  // namespace spliced::config
