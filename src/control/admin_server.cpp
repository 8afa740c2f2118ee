#include "spliced/control/admin_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace spliced::control {
namespace {

os::InheritedSockets::Label label_of(const config::StatsSocket& socket) {
    if (socket.inherited_fd) return {*socket.inherited_fd, {}};
    return {-1, socket.address.text()};
}

}  // namespace

AdminServer::Entrance::Entrance(AdminServer& server, UniqueFd socket, const config::StatsSocket& settings)
    : listener(std::move(socket), *this, {1, false}),
      label(label_of(settings)),
      server_(server),
      level_(settings.level),
      exposes_listeners_(settings.exposes_listeners) {}

void AdminServer::Entrance::on_accept(event::Listener&, os::Accepted accepted) {
    AdminClientOwner& owner = *this;
    clients_.emplace_front(server_.admin_, owner, level_, exposes_listeners_);
    if (!clients_.front().start(std::move(accepted.socket))) clients_.pop_front();
    if (full()) listener.pause();
}

void AdminServer::Entrance::on_client_done(AdminClient& client) {
    clients_.remove_if([&](const AdminClient& each) { return &each == &client; });
    if (!full()) listener.resume();
}

bool AdminServer::Entrance::full() const {
    return clients_.size() >= server_.admin_.engine.config().global.stats_maxconn;
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

bool AdminServer::has_clients() const {
    return std::ranges::any_of(entrances_, [](const auto& entrance) { return entrance->has_clients(); });
}

std::vector<Listening> AdminServer::listening() const {
    std::vector<Listening> sockets;
    for (const auto& entrance : entrances_)
        if (entrance->listener.fd() >= 0) sockets.push_back({entrance->listener.fd(), entrance->label});
    return sockets;
}

void AdminServer::hand_over_listeners(int socket) {
    auto sockets = listening_sockets(admin_.engine);
    for (Listening& own : listening()) sockets.push_back(std::move(own));
    if (others_)
        for (Listening& other : others_()) sockets.push_back(std::move(other));
    if (auto sent = send_listeners(socket, sockets); !sent) log::say(Level::warning, sent.error().message);
}

}  // namespace spliced::control
