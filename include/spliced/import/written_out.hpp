// Defaults of HAProxy's that differ from ours: what must be written where a haproxy.cfg is silent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "spliced/import/convert.hpp"
#include "spliced/import/ini_draft.hpp"

namespace spliced::import {

/// For a section of this kind with these effective entries (its own and those of its defaults).
///
/// HAProxy knows no timeout for half-closed sides unless it is set: `timeout tunnel`, else `timeout client`
/// and `timeout server` hold on. `tunnel` is that of the backend where the section has none itself.
std::vector<Setting> written_out(const std::vector<IniEntry>& effective, unsigned section,
                                 const std::optional<std::string>& tunnel);

}  // namespace spliced::import
