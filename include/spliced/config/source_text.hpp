// `source` as it is written, and back.
#pragma once

#include <string>

#include "spliced/base/result.hpp"
#include "spliced/config/config.hpp"
#include "spliced/config/environment.hpp"

namespace spliced::config {

/// `ADDRESS[:PORT[-PORT]]`
Result<void> read_source_address(Source& source, std::string_view text, const Environment& environment);
/// `client`, `clientip` or an address.
Result<void> read_disguise(Source& source, std::string_view text, const Environment& environment);
Result<void> read_interface(Source& source, std::string_view text);
/// What is missing or does not fit; empty where all is well.
std::string mistake_in(const Source& source);

// Empty where nothing was given.
std::string address_text_of(const Source& source);
std::string disguise_text_of(const Source& source);
std::string text_of(const Source& source);

}  // namespace spliced::config
