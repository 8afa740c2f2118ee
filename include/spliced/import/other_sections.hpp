// [global], and the sections that are neither it nor proxies.
#pragma once

#include "spliced/import/cfg_reader.hpp"
#include "spliced/import/ini_draft.hpp"

namespace spliced::import {

/// All `global` sections as one.
void add_global(Cfg& cfg, IniDraft& draft);

/// A kind of section that our configuration knows too is carried over line by line; the others are ignored or
/// refused as a whole.
void add_other_sections(Cfg& cfg, IniDraft& draft);

}  // namespace spliced::import
