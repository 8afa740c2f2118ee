// What a configuration needs of the process that it is for.
#pragma once

#include "spliced/config/config.hpp"

namespace spliced::config {

/// Addresses that are not this machine's: `usesrc` of a server, `transparent` of a bind. CAP_NET_ADMIN.
inline bool needs_foreign_addresses(const Config& config) {
    for (const Frontend& frontend : config.frontends)
        for (const Bind& bind : frontend.binds)
            if (bind.transparent) return true;
    for (const Backend& backend : config.backends)
        for (const Server& server : backend.servers)
            if (server.source.is_transparent()) return true;
    return false;
}

}  // namespace spliced::config
