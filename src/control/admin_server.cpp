#include "spliced/control/admin_server.hpp"

#include <fmt/format.h>

#include <cstring>

namespace spliced::control {
namespace {

// Those that wait while the limit is reached.
constexpr int backlog = 128;

Result<UniqueFd> bind_one(const config::StatsSocket& socket) {
    if (socket.inherited_fd) return os::adopt_listener(*socket.inherited_fd);
    os::ListenOptions options;
    options.address = &socket.address;
    options.backlog = backlog;
    options.mode = socket.rights.mode;
    options.user = socket.rights.user;
    options.group = socket.rights.group;
    options.take_over_path = true;
    return os::listen_on(options);
}

}  // namespace

AdminSockets bind_admin_sockets(const config::Config& config) {
    AdminSockets bound;
    for (const config::StatsSocket& socket : config.global.stats_sockets) {
        auto listening = bind_one(socket);
        if (listening)
            bound.listening.push_back(std::move(*listening));
        else
            bound.errors.push_back({fmt::format("{}:{}: stats socket: {}", socket.where.file,
                                                socket.where.line, listening.error().message),
                                    listening.error().code});
    }
    return bound;
}

AdminServer::Entrance::Entrance(AdminServer& server, UniqueFd socket, config::AdminLevel level)
    : listener(std::move(socket), *this, {1, false}), server_(server), level_(level) {}

void AdminServer::Entrance::on_accept(event::Listener&, os::Accepted accepted) {
    server_.admit(std::move(accepted.socket), level_);
}

void AdminServer::Entrance::on_accept_shortage(event::Listener&, int error) {
    unsigned held_back = 0;
    if (!server_.shortage_.allow(server_.admin_.loop.now(), held_back)) return;
    log::say(Level::warning, fmt::format("The statistics socket cannot accept: {}; next try in 100 ms "
                                         "({} more messages held back).",
                                         std::strerror(error), held_back));
}

AdminServer::AdminServer(Admin& admin, AdminSockets sockets) : admin_(admin) {
    const auto& settings = admin.engine.config().global.stats_sockets;
    for (std::size_t i = 0; i < sockets.listening.size(); ++i)
        entrances_.push_back(
            std::make_unique<Entrance>(*this, std::move(sockets.listening[i]), settings[i].level));
}

AdminServer::~AdminServer() = default;

bool AdminServer::start() {
    for (auto& entrance : entrances_)
        if (!entrance->listener.start(admin_.loop)) return false;
    return true;
}

void AdminServer::stop_accepting() {
    for (auto& entrance : entrances_) entrance->listener.close();
}

void AdminServer::admit(UniqueFd socket, config::AdminLevel level) {
    AdminClientOwner& owner = *this;
    clients_.emplace_front(admin_, owner, level);
    if (!clients_.front().start(std::move(socket))) clients_.pop_front();
    if (!full()) return;
    for (auto& entrance : entrances_) entrance->listener.pause();
}

void AdminServer::on_client_done(AdminClient& client) {
    clients_.remove_if([&](const AdminClient& each) { return &each == &client; });
    if (full()) return;
    for (auto& entrance : entrances_) entrance->listener.resume();
}

}  // namespace spliced::control
