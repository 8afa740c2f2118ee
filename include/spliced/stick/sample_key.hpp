// The key that a rule means: what it found of a client, in the form that a table asks for.
#pragma once

#include <optional>

#include "spliced/rules/sample.hpp"
#include "spliced/stick/key.hpp"

namespace spliced::stick {

/// Casts as HAProxy does; nothing where the sample cannot be such a key.
std::optional<Key> key_of(const KeyShape& shape, const rules::Sample& sample);

}  // namespace spliced::stick
