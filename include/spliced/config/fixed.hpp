// What a running process cannot change, and a reload therefore keeps.
#pragma once

#include "spliced/config/config.hpp"

namespace spliced::config {

/// `wanted`, but for the values of keywords that are not reloadable, which stay those of `running`: so a
/// configuration says what is in force, and what is not yet is told again at each reload.
Config with_fixed_values_of(const Config& running, Config wanted);

}  // namespace spliced::config
