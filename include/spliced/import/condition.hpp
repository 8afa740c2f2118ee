// What stands behind `.if` and `.elif` (HAProxy's configuration manual, 2.4 "Conditional blocks").
//
//   defined(NAME) feature(NAME) streq(A,B) strneq(A,B) strstr(TEXT,PART) version_atleast(V) version_before(V)
//   enabled(NAME), numbers (0 is false), the empty condition (false), ! && || and parentheses
//
// Versions and features are those of Debian's HAProxy 2.6, so that a file takes the branches that it takes
// there.
#pragma once

#include <string_view>

#include "spliced/base/result.hpp"
#include "spliced/import/variables.hpp"

namespace spliced::import {

/// `text` has its quotes and variables resolved.
Result<bool> evaluate_condition(std::string_view text, const Variables& variables);

}  // namespace spliced::import
