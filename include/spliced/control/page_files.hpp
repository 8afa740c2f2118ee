// The files of src/control/page, which the Makefile turns into a source.
#pragma once

#include <string_view>

namespace spliced::control {

extern const std::string_view status_css;
extern const std::string_view status_js;

}  // namespace spliced::control
