// The schema of the JSON output, HAProxy's: `show schema json`.
#pragma once

#include <string_view>

namespace spliced::control {

std::string_view json_schema();

}  // namespace spliced::control
