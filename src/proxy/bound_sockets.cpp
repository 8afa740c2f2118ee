#include "spliced/proxy/bound_sockets.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "spliced/config/bind_key.hpp"

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

Result<UniqueFd> bind_first(const config::Frontend& frontend, const config::Bind& bind, std::size_t maxconn,
                            os::InheritedSockets& inherited) {
    if (bind.inherited_fd) {
        auto socket = os::inherit_or_adopt(*bind.inherited_fd, inherited);
        if (socket) os::retune_inherited(socket->get(), listen_options(frontend, bind, maxconn));
        return socket;
    }
    return os::inherit_or_listen(listen_options(frontend, bind, maxconn), inherited);
}

// After the start any number may be a client's socket.
Result<UniqueFd> bind_later(const config::Frontend& frontend, const config::Bind& bind, std::size_t maxconn) {
    if (!bind.inherited_fd) return os::listen_on(listen_options(frontend, bind, maxconn));
    return Error{fmt::format("fd@{} can be taken over at start only", *bind.inherited_fd)};
}

Result<UniqueFd> keep(const config::Bind& held, const config::Bind& wanted) {
    const char* what = held.v6only != wanted.v6only             ? "'v6only' and 'v4v6'"
                       : held.transparent != wanted.transparent ? "'transparent'"
                                                                : nullptr;
    if (!what) return UniqueFd();
    return Error{
        fmt::format("{} is open already, and {} of an open socket cannot change: "
                    "remove the bind, reload, and add it again",
                    config::bind_key(wanted), what)};
}

/// A path that this process has made, not whoever it inherits sockets from.
bool is_own_path(const std::string& path, const std::vector<std::string>& theirs) {
    return !path.empty() && std::ranges::find(theirs, path) == theirs.end();
}

using Open = std::function<Result<UniqueFd>(const config::Frontend& frontend, const config::Bind& bind)>;

// Found out now: later each connection would fail by itself.
void check_sources(const config::Config& config, BoundSockets& bound) {
    for (const config::Backend& backend : config.backends)
        for (const config::Server& server : backend.servers) {
            if (!server.source.is_transparent()) continue;
            auto may = os::check_transparent();
            if (may) return;
            bound.errors.push_back(
                {fmt::format("{}:{}: server {}/{}: usesrc: {}", server.where.file, server.where.line,
                             backend.name, server.name, may.error().message),
                 may.error().code});
        }
}

/// `theirs`: addresses that somebody else listens on, too.
BoundSockets open_all(const config::Config& config, const std::vector<std::string>& theirs,
                      const Open& open) {
    BoundSockets bound;
    std::vector<std::string> paths;
    for (const config::Frontend& frontend : config.frontends) {
        auto& sockets = bound.by_frontend.emplace_back();
        for (const config::Bind& bind : frontend.binds) {
            auto socket = open(frontend, bind);
            if (socket) {
                if (*socket && is_own_path(bind.address.path(), theirs)) paths.push_back(bind.address.path());
                sockets.push_back(std::move(*socket));
                continue;
            }
            const Error& error = socket.error();
            bound.errors.push_back({fmt::format("{}:{}: proxy {}: {}", bind.where.file, bind.where.line,
                                                frontend.name, error.message),
                                    error.code});
        }
    }
    check_sources(config, bound);
    // A start that fails must not leave paths behind on which nobody listens.
    if (!bound.errors.empty())
        for (const std::string& path : paths) ::unlink(path.c_str());
    return bound;
}

}  // namespace

os::ListenOptions listen_options(const config::Frontend& frontend, const config::Bind& bind,
                                 std::size_t maxconn) {
    os::ListenOptions options;
    options.address = &bind.address;
    options.backlog = backlog_of(frontend, bind, maxconn);
    options.interface = bind.interface;
    options.v6only = bind.v6only;
    options.defer_accept = bind.defer_accept;
    options.transparent = bind.transparent;
    options.fast_open = bind.fast_open;
    options.mss = bind.mss;
    options.user_timeout = bind.user_timeout;
    options.keepalive = bind.keepalive;
    options.reset_on_close = bind.reset_on_close;
    options.receive_buffer = bind.receive_buffer;
    options.send_buffer = bind.send_buffer;
    options.mode = bind.rights.mode;
    options.user = bind.rights.user;
    options.group = bind.rights.group;
    return options;
}

BoundSockets bind_all(const config::Config& config, std::size_t maxconn, os::InheritedSockets& inherited) {
    const std::vector<std::string> theirs = inherited.left();
    return open_all(config, theirs, [&](const config::Frontend& frontend, const config::Bind& bind) {
        return bind_first(frontend, bind, maxconn, inherited);
    });
}

BoundSockets bind_new(const config::Config& config, std::size_t maxconn, const Held& held) {
    return open_all(config, {}, [&](const config::Frontend& frontend, const config::Bind& bind) {
        const config::Bind* before = held(config::bind_key(bind));
        return before ? keep(*before, bind) : bind_later(frontend, bind, maxconn);
    });
}

}  // namespace spliced::proxy
