#include "spliced/proxy/bound_sockets.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "spliced/os/socket.hpp"

namespace spliced::proxy {
namespace {

// HAProxy's default backlog is the connection limit. Where that is small because descriptors are few, clients
// need the backlog all the more: they wait there. The kernel caps it at net.core.somaxconn.
constexpr std::size_t smallest_backlog = 1024;
constexpr std::size_t largest_backlog = 1 << 20;

int backlog_of(const config::Frontend& frontend, const config::Bind& bind, std::size_t maxconn) {
    if (bind.backlog != 0) return static_cast<int>(std::min<std::size_t>(bind.backlog, largest_backlog));
    std::size_t limit = frontend.maxconn != 0 ? frontend.maxconn : maxconn;
    return static_cast<int>(std::clamp(limit, smallest_backlog, largest_backlog));
}

// Under a service manager `fd@3` is one of the sockets that it has passed.
Result<UniqueFd> adopt(int descriptor, os::InheritedSockets& inherited) {
    if (auto socket = inherited.take_descriptor(descriptor)) return std::move(*socket);
    return os::adopt_listener(descriptor);
}

Result<UniqueFd> bind_one(const config::Frontend& frontend, const config::Bind& bind, std::size_t maxconn,
                          os::InheritedSockets& inherited) {
    if (bind.inherited_fd) return adopt(*bind.inherited_fd, inherited);
    os::ListenOptions options;
    options.address = &bind.address;
    options.backlog = backlog_of(frontend, bind, maxconn);
    options.interface = bind.interface;
    options.v6only = bind.v6only;
    options.defer_accept = bind.defer_accept;
    options.mode = bind.rights.mode;
    options.user = bind.rights.user;
    options.group = bind.rights.group;
    return os::inherit_or_listen(options, inherited);
}

/// A path that this process has made, not whoever it inherits sockets from.
bool is_own_path(const std::string& path, const std::vector<std::string>& theirs) {
    return !path.empty() && std::find(theirs.begin(), theirs.end(), path) == theirs.end();
}

}  // namespace

BoundSockets bind_all(const config::Config& config, std::size_t maxconn, os::InheritedSockets& inherited) {
    BoundSockets bound;
    std::vector<std::string> paths;
    const std::vector<std::string> theirs = inherited.left();
    for (const config::Frontend& frontend : config.frontends) {
        auto& sockets = bound.by_frontend.emplace_back();
        for (const config::Bind& bind : frontend.binds) {
            auto socket = bind_one(frontend, bind, maxconn, inherited);
            if (socket) {
                sockets.push_back(std::move(*socket));
                if (is_own_path(bind.address.path(), theirs)) paths.push_back(bind.address.path());
                continue;
            }
            const Error& error = socket.error();
            bound.errors.push_back({fmt::format("{}:{}: proxy {}: {}", bind.where.file, bind.where.line,
                                                frontend.name, error.message),
                                    error.code});
        }
    }
    // A start that fails must not leave paths behind on which nobody listens.
    if (!bound.errors.empty())
        for (const std::string& path : paths) ::unlink(path.c_str());
    return bound;
}

}  // namespace spliced::proxy
