// What concerns checks and more than one line: servers that track others, programs that must be allowed.
#pragma once

#include "spliced/config/config.hpp"
#include "spliced/config/mistakes.hpp"

namespace spliced::config {

/// Fills in Server::tracked. All backends are there by now.
void finish_checks(Config& config, Mistakes& mistakes);

}  // namespace spliced::config
