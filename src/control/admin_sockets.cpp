#include "spliced/control/admin_sockets.hpp"

#include <fmt/format.h>

namespace spliced::control {
namespace {

// Those that wait while the limit is reached.
constexpr int backlog = 128;

Result<UniqueFd> bind_one(const config::StatsSocket& socket, os::InheritedSockets& inherited) {
    if (socket.inherited_fd) return os::inherit_or_adopt(*socket.inherited_fd, inherited);
    os::ListenOptions options;
    options.address = &socket.address;
    options.backlog = backlog;
    options.mode = socket.rights.mode;
    options.user = socket.rights.user;
    options.group = socket.rights.group;
    options.take_over_path = true;
    return os::inherit_or_listen(options, inherited);
}

}  // namespace

AdminSockets bind_admin_sockets(const config::Config& config, os::InheritedSockets& inherited) {
    AdminSockets bound;
    for (const config::StatsSocket& socket : config.global.stats_sockets) {
        auto listening = bind_one(socket, inherited);
        if (listening)
            bound.listening.push_back(std::move(*listening));
        else
            bound.errors.push_back({fmt::format("{}:{}: stats socket: {}", socket.where.file,
                                                socket.where.line, listening.error().message),
                                    listening.error().code});
    }
    return bound;
}

}  // namespace spliced::control
