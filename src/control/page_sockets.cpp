#include "spliced/control/page_sockets.hpp"

#include <fmt/format.h>

#include "spliced/proxy/bound_sockets.hpp"

namespace spliced::control {
namespace {

Result<UniqueFd> bind_one(const config::StatusPage& page, const config::Bind& bind,
                          os::InheritedSockets& inherited) {
    if (bind.inherited_fd) return os::inherit_or_adopt(*bind.inherited_fd, inherited);
    return os::inherit_or_listen(proxy::listen_options({}, bind, page.maxconn), inherited);
}

}  // namespace

PageSockets bind_page_sockets(const config::Config& config, os::InheritedSockets& inherited) {
    PageSockets bound;
    for (const config::Bind& bind : config.page.binds) {
        auto listening = bind_one(config.page, bind, inherited);
        if (listening)
            bound.listening.push_back(std::move(*listening));
        else
            bound.errors.push_back({fmt::format("{}:{}: status page: {}", bind.where.file, bind.where.line,
                                                listening.error().message),
                                    listening.error().code});
    }
    return bound;
}

}  // namespace spliced::control
