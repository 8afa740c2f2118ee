#include "spliced/proxy/frontend.hpp"

#include <fmt/format.h>

#include <cstring>

namespace spliced::proxy {
namespace {

relay::IdleLimits limits_of(const config::Frontend& frontend, const Backend* backend) {
    relay::IdleLimits limits;
    limits.open = {frontend.timeout_client, Duration::zero()};
    limits.half_closed = {frontend.timeout_client_fin, Duration::zero()};
    if (!backend) return limits;
    const config::Backend& settings = backend->settings();
    limits.open[1] = settings.timeout_server;
    limits.half_closed[1] = settings.timeout_server_fin;
    if (settings.timeout_tunnel) limits.tunnel = *settings.timeout_tunnel;
    return limits;
}

/// As HAProxy names a listener without a name.
std::string label(const config::Bind& bind) {
    return bind.name.empty() ? fmt::format("sock-{}", bind.id) : bind.name;
}

}  // namespace

BoundListener::BoundListener(Frontend& frontend, const config::Bind& settings, UniqueFd socket,
                             event::Listener::Settings how)
    : frontend_(frontend), settings_(settings), listener_(std::move(socket), *this, how) {
    gate_.limit = settings.maxconn;
}

bool BoundListener::start() {
    return listener_.start(frontend_.shared().loop);
}

void BoundListener::update() {
    bool full = gate_.full() || frontend_.sessions.full() || frontend_.shared().connections.full();
    if (full == paused_) return;
    paused_ = full;
    if (full)
        listener_.pause();
    else
        listener_.resume();
}

void BoundListener::enter() {
    gate_.enter();
    frontend_.enter();
    if (gate_.full()) update();
}

void BoundListener::leave() {
    bool was_full = gate_.full();
    gate_.leave();
    frontend_.leave();
    if (was_full) update();
}

void BoundListener::on_accept(event::Listener&, os::Accepted accepted) {
    if (frontend_.table().open(*this, std::move(accepted))) return;
    unsigned held_back = 0;
    Shared& shared = frontend_.shared();
    if (shared.session_shortage.allow(shared.loop.now(), held_back))
        log::say(Level::err, fmt::format("Proxy {}: no memory for a session, a client was turned away "
                                         "({} more messages held back).",
                                         frontend_.settings().name, held_back));
}

void BoundListener::on_accept_shortage(event::Listener&, int error) {
    unsigned held_back = 0;
    Shared& shared = frontend_.shared();
    if (!shared.accept_shortage.allow(shared.loop.now(), held_back)) return;
    log::say(Level::warning,
             fmt::format("Proxy {}/{} cannot accept: {}; clients wait, next try in 100 ms "
                         "({} more messages held back).",
                         frontend_.settings().name, label(settings_), std::strerror(error), held_back));
}

Frontend::Frontend(Setting setting, Shared& shared, SessionTable& table, RoomObserver& observer,
                   std::vector<UniqueFd> sockets)
    : setting_(std::move(setting)),
      shared_(shared),
      table_(table),
      observer_(observer),
      idle_limits_(limits_of(setting_.settings, setting_.backend)) {
    sessions.limit = settings().maxconn;
    event::Listener::Settings how{setting_.accepts_per_turn, settings().keepalive};
    for (std::size_t i = 0; i < sockets.size(); ++i)
        listeners_.push_back(
            std::make_unique<BoundListener>(*this, settings().binds[i], std::move(sockets[i]), how));
}

bool Frontend::start() {
    for (auto& listener : listeners_)
        if (!listener->start()) return false;
    return true;
}

void Frontend::stop_accepting() {
    for (auto& listener : listeners_) listener->close();
}

void Frontend::update_listeners() {
    for (auto& listener : listeners_) listener->update();
}

void Frontend::enter() {
    sessions.enter();
    shared_.connections.enter();
    on_limits_moved(sessions.full(), shared_.connections.full());
}

void Frontend::leave() {
    bool was_full = sessions.full();
    bool process_was_full = shared_.connections.full();
    sessions.leave();
    shared_.connections.leave();
    on_limits_moved(was_full, process_was_full);
}

void Frontend::on_limits_moved(bool own_moved, bool process_moved) {
    if (process_moved)
        observer_.on_room_changed();
    else if (own_moved)
        update_listeners();
}

}  // namespace spliced::proxy
