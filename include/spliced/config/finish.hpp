// From a Draft to a Config: joins names, and checks what concerns more than one line.
#pragma once

#include "spliced/config/draft.hpp"
#include "spliced/config/mistakes.hpp"

namespace spliced::config {

Config finish(Draft draft, Mistakes& mistakes);

}  // namespace spliced::config
