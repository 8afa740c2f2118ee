// What the sockets of servers take from their backend and from the process: a part of numbering.hpp.
#include <fmt/format.h>

#include "spliced/config/numbering.hpp"

namespace spliced::config {
namespace {

std::shared_ptr<const os::ConnectTuning> tuning_of(const Server& server, const Backend& backend,
                                                   const Global& global) {
    os::ConnectTuning tuning;
    if (backend.keepalive)
        tuning.keepalive = {backend.keepalive_count, backend.keepalive_idle, backend.keepalive_interval};
    tuning.user_timeout = server.user_timeout;
    tuning.fast_open = server.fast_open;
    tuning.transparent = server.source.is_transparent();
    tuning.reset_on_close = backend.nolinger;
    tuning.receive_buffer = global.receive_buffer_server;
    tuning.send_buffer = global.send_buffer_server;
    tuning.interface = server.source.interface;
    return tuning == os::ConnectTuning() ? nullptr : std::make_shared<const os::ConnectTuning>(tuning);
}

/// Of servers whose check goes elsewhere, the other end has to fit too. A name that is followed has no
/// address yet.
std::string misfit(const Server& server) {
    const Source& source = server.source;
    auto differs = [&](const os::Address& other) {
        return other.family() != AF_UNSPEC && other.family() != source.address.family();
    };
    if (!source.is_given()) return {};
    if (differs(server.address))
        return fmt::format("'source' {} and the server's address are of different families",
                           source.address.host_text());
    if (server.check.enabled && differs(server.check.address))
        return fmt::format("'source' {} and the address to check, {}, are of different families",
                           source.address.host_text(), server.check.address.host_text());
    return {};
}

}  // namespace

void settle_sockets(Backend& backend, const Global& global, Mistakes& mistakes) {
    for (Server& server : backend.servers) {
        // A backend's address means nothing to those of its servers that have none.
        bool fits = server.address.is_unix() == backend.source.address.is_unix();
        if (server.own_source.is_given())
            server.source = server.own_source;
        else if (fits)
            server.source = backend.source;
        if (auto text = misfit(server); !text.empty())
            mistakes.error(server.where, fmt::format("'server {}': {}", server.name, text));
        server.tuning = tuning_of(server, backend, global);
    }
}

void settle_sockets(Frontend& frontend, const Global& global) {
    for (Bind& bind : frontend.binds) {
        if (frontend.keepalive)
            bind.keepalive = {frontend.keepalive_count, frontend.keepalive_idle, frontend.keepalive_interval};
        bind.reset_on_close = frontend.nolinger;
        bind.receive_buffer = global.receive_buffer_client;
        bind.send_buffer = global.send_buffer_client;
    }
}

}  // namespace spliced::config
