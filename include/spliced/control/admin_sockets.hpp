// The listening sockets of `stats socket`.
#pragma once

#include <vector>

#include "spliced/base/result.hpp"
#include "spliced/base/unique_fd.hpp"
#include "spliced/config/config.hpp"
#include "spliced/os/inherited_sockets.hpp"

namespace spliced::control {

/// As Config::global.stats_sockets; every one that failed is in `errors`, with its file and line.
struct AdminSockets {
    std::vector<UniqueFd> listening;
    std::vector<Error> errors;
};

/// Before privileges are dropped. What is not `inherited` is opened anew; a path that another process listens
/// on is taken over then, as HAProxy does: a successor must not fail because its predecessor is still there.
AdminSockets bind_admin_sockets(const config::Config& config, os::InheritedSockets& inherited);

}  // namespace spliced::control
