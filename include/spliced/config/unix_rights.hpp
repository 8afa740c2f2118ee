// The rights of a unix socket's path: `mode`, `user` and `group` of `bind` and `stats socket`.
#pragma once

#include <string_view>

#include "spliced/base/result.hpp"
#include "spliced/config/config.hpp"
#include "spliced/config/environment.hpp"

namespace spliced::config {

/// In octal: "660".
Result<void> read_mode(UnixRights& rights, std::string_view text);
Result<void> read_owner(UnixRights& rights, std::string_view name, const Environment& environment);
Result<void> read_group(UnixRights& rights, std::string_view name, const Environment& environment);

}  // namespace spliced::config
