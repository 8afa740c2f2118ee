// A weight in percent of the one in the file, as agents give it.
#pragma once

#include <optional>
#include <string_view>

namespace spliced::balance {

/// "75%" of `configured`, at most 256. A part of a weight that is not 0 is at least 1: HAProxy cuts 75% of 1
/// down to 0, which drains the server. Nothing where the text is no percentage.
std::optional<unsigned> relative_weight(std::string_view text, unsigned configured);

}  // namespace spliced::balance
