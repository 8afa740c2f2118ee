// All that a configuration needs before it can take effect, and all that can fail about it: descriptors,
// listening sockets, log destinations. The same for a start and for a reload.
#pragma once

#include <memory>
#include <vector>

#include "spliced/control/admin_sockets.hpp"
#include "spliced/control/page_sockets.hpp"
#include "spliced/proxy/engine.hpp"

namespace spliced::control {

struct Provision {
    std::shared_ptr<const config::Config> config;
    std::size_t descriptors = 0;  ///< that the process may have
    proxy::Capacity capacity;
    proxy::BoundSockets sockets;
    proxy::ProxySinks sinks;
    LogSinks process_sinks;
    AdminSockets admin_sockets;  ///< of a start only
    PageSockets page_sockets;    ///< of a start only
    std::vector<Error> errors;   ///< where there is any, nothing of it may be used
};

/// For a start: opens everything, but for the sockets that are `inherited`.
Provision provide(std::shared_ptr<const config::Config> config, LogSinkPool& logs,
                  os::InheritedSockets& inherited);

/// For a reload: opens what `engine` does not have yet. The descriptor limit stays as it is.
Provision provide_for(const proxy::Engine& engine, std::shared_ptr<const config::Config> config,
                      LogSinkPool& logs);

}  // namespace spliced::control
