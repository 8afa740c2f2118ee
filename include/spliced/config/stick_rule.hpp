// `stick`: a client goes back to the server that a table remembers of it.
#pragma once

#include <string>

#include "spliced/rules/condition.hpp"
#include "spliced/rules/expression.hpp"

namespace spliced::config {

/// `stick = on|match|store-request KEY [table T] [if CONDITION]`.
struct StickRule {
    bool matches = false;  ///< on, match
    bool stores = false;   ///< on, store-request
    rules::Expression key;
    rules::Argument table;  ///< the section's own where it is left out
    rules::Condition condition;
    std::string text;  ///< for the dump
    unsigned line = 0;
};

}  // namespace spliced::config
