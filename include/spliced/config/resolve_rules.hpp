// Joins the names in rules with what they name, once all sections are read.
#pragma once

#include "spliced/config/config.hpp"
#include "spliced/config/mistakes.hpp"

namespace spliced::config {

/// `config` holds all sections. Reports a name that nobody has.
void resolve_rules(Config& config, Mistakes& mistakes);

/// Whether the rules wait for what a client sends, or could: for the warning that nothing makes them wait.
bool look_into_content(SectionRules& rules);

}  // namespace spliced::config
