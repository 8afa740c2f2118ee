// Which release this is; the Makefile says so.
#pragma once

#include <string_view>

namespace spliced {

/// "0.1.0"
std::string_view version_number();
/// "2026/11/25"
std::string_view release_date();

}  // namespace spliced
