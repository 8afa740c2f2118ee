// HAProxy's statistics page, a proxy in HTTP mode there, as our section [stats].
#pragma once

#include "spliced/import/cfg_sections.hpp"
#include "spliced/import/ini_draft.hpp"

namespace spliced::import {

/// All such proxies as one [stats]. A page behind a password is refused: ours has none.
void add_status_page(Cfg& cfg, const Proxies& proxies, IniDraft& draft);

}  // namespace spliced::import
