#include "spliced/control/admin_server.hpp"

#include <fmt/format.h>

#include <cstring>

#include "spliced/control/handover.hpp"

namespace spliced::control {
AdminServer::Entrance::Entrance(AdminServer& server, UniqueFd socket, const config::StatsSocket& settings)
    : listener(std::move(socket), *this, {1, false}),
      server_(server),
      level_(settings.level),
      exposes_listeners_(settings.exposes_listeners) {}

void AdminServer::Entrance::on_accept(event::Listener&, os::Accepted accepted) {
    server_.admit(std::move(accepted.socket), level_, exposes_listeners_);
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
        entrances_.push_back(std::make_unique<Entrance>(*this, std::move(sockets.listening[i]), settings[i]));
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

std::vector<int> AdminServer::listeners() const {
    std::vector<int> descriptors;
    for (const auto& entrance : entrances_)
        if (entrance->listener.fd() >= 0) descriptors.push_back(entrance->listener.fd());
    return descriptors;
}

void AdminServer::hand_over_listeners(int socket) {
    auto sockets = listening_sockets(admin_.engine);
    for (int listener : listeners()) sockets.push_back({listener, -1});
    if (auto sent = send_listeners(socket, sockets); !sent) log::say(Level::warning, sent.error().message);
}

void AdminServer::admit(UniqueFd socket, config::AdminLevel level, bool may_take_listeners) {
    AdminClientOwner& owner = *this;
    clients_.emplace_front(admin_, owner, level, may_take_listeners);
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
