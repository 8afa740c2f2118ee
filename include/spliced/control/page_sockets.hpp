// The listening sockets of the status page, opened before privileges are dropped.
#pragma once

#include <vector>

#include "spliced/base/result.hpp"
#include "spliced/base/unique_fd.hpp"
#include "spliced/config/config.hpp"
#include "spliced/os/inherited_sockets.hpp"

namespace spliced::control {

struct PageSockets {
    std::vector<UniqueFd> listening;  ///< as Config::page.binds
    std::vector<Error> errors;        ///< every one that failed, with its file and line
};

/// Takes them from `inherited` where they are there.
PageSockets bind_page_sockets(const config::Config& config, os::InheritedSockets& inherited);

}  // namespace spliced::control
