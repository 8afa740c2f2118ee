// From the sections of a haproxy.cfg to a draft of the INI file.
#pragma once

#include "spliced/import/cfg_reader.hpp"
#include "spliced/import/ini_draft.hpp"

namespace spliced::import {

/// Gives each line of `cfg` its verdict as far as the tables decide it; the trial decides the rest.
///
/// A [defaults] is written in front of the sections that share it, and again where another came between, so
/// that `from NAME` needs no form of its own. What our [defaults] cannot hold goes into each of the sections.
IniDraft assemble(Cfg& cfg);

}  // namespace spliced::import
