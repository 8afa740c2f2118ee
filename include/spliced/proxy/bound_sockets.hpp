// The listening sockets of a configuration, bound before privileges are dropped and before the loop exists.
#pragma once

#include <vector>

#include "spliced/base/result.hpp"
#include "spliced/base/unique_fd.hpp"
#include "spliced/config/config.hpp"
#include "spliced/os/inherited_sockets.hpp"

namespace spliced::proxy {

struct BoundSockets {
    std::vector<std::vector<UniqueFd>> by_frontend;  ///< as Config::frontends, then Frontend::binds
    std::vector<Error> errors;                       ///< every bind that failed, with its file and line
};

/// `maxconn`: the process's limit, from which the default backlog follows.
/// `inherited`: sockets that take the place of new ones where the address is theirs.
BoundSockets bind_all(const config::Config& config, std::size_t maxconn, os::InheritedSockets& inherited);

}  // namespace spliced::proxy
