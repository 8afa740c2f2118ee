// The table of converters: each makes another sample of a sample.
#pragma once

#include <optional>
#include <string_view>

#include "spliced/rules/expression.hpp"

namespace spliced::rules {

/// `before` is the type of what it is to convert.
Result<Conversion> read_conversion(std::string_view name, std::optional<std::string_view> arguments,
                                   Type before);

}  // namespace spliced::rules
