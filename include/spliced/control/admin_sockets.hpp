// The listening sockets of `stats socket`, opened before privileges are dropped.
#pragma once

#include <vector>

#include "spliced/base/result.hpp"
#include "spliced/base/unique_fd.hpp"
#include "spliced/config/config.hpp"
#include "spliced/os/inherited_sockets.hpp"

namespace spliced::control {

struct AdminSockets {
    std::vector<UniqueFd> listening;  ///< as Config::global.stats_sockets
    std::vector<Error> errors;        ///< every one that failed, with its file and line
};

/// Takes them from `inherited` where they are there. Else a path that another process listens on is taken
/// over, as HAProxy does: a successor must not fail because its predecessor is still there.
AdminSockets bind_admin_sockets(const config::Config& config, os::InheritedSockets& inherited);

}  // namespace spliced::control
