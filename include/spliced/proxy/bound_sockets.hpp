// The listening sockets of a configuration: those that are to be opened for it, before it takes effect.
#pragma once

#include <functional>
#include <vector>

#include "spliced/base/result.hpp"
#include "spliced/base/unique_fd.hpp"
#include "spliced/config/config.hpp"
#include "spliced/os/inherited_sockets.hpp"
#include "spliced/os/socket.hpp"

namespace spliced::proxy {

struct BoundSockets {
    /// As Config::frontends, then Frontend::binds; empty where the process holds the socket already.
    std::vector<std::vector<UniqueFd>> by_frontend;
    std::vector<Error> errors;  ///< every bind that failed, with its file and line
};

/// The `bind` that the process listens on already under this key (see config/bind_key.hpp), or null.
using Held = std::function<const config::Bind*(const std::string& key)>;

/// At start, before privileges are dropped and before the loop exists. `maxconn`: the process's limit, from
/// which the default backlog follows. `inherited`: sockets that take the place of new ones where the address
/// is theirs.
BoundSockets bind_all(const config::Config& config, std::size_t maxconn, os::InheritedSockets& inherited);

/// For a reload: opens what is not held yet, and says what cannot change of what is.
BoundSockets bind_new(const config::Config& config, std::size_t maxconn, const Held& held);

os::ListenOptions listen_options(const config::Frontend& frontend, const config::Bind& bind,
                                 std::size_t maxconn);

}  // namespace spliced::proxy
