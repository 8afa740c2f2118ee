// A small graph of one figure as inline SVG.
#pragma once

#include <string>
#include <string_view>

#include "spliced/control/history.hpp"

namespace spliced::control {

/// The newest sample is at the right edge, the peak at the top; `label` is for those who cannot see it.
/// Colours come from the style sheet.
std::string sparkline(const Track& track, std::string_view label);

}  // namespace spliced::control
