// The statistics sockets: takes a bounded number of clients; further ones wait in the kernel's backlog.
#pragma once

#include <list>
#include <memory>
#include <vector>

#include "spliced/base/log.hpp"
#include "spliced/control/admin_client.hpp"
#include "spliced/control/admin_sockets.hpp"
#include "spliced/control/handover.hpp"
#include "spliced/event/listener.hpp"

namespace spliced::control {

class AdminServer {
  public:
    AdminServer(Admin& admin, AdminSockets sockets);
    ~AdminServer();

    /// False where the loop cannot watch a socket.
    bool start();
    /// For a process that stops, or that a successor replaces. Clients that are there may go on.
    void stop_accepting();
    bool has_clients() const;
    /// Its sockets, for a successor.
    std::vector<Listening> listening() const;
    /// Asked for sockets of others in the process, which `_getsocks` hands over, too.
    void set_others(OtherSockets others) { others_ = std::move(others); }

  private:
    /// One socket and those who have come by it. Each has a limit of its own: who may come by one of a low
    /// level cannot keep an administrator out of another.
    class Entrance final : private event::AcceptHandler, private AdminClientOwner {
      public:
        Entrance(AdminServer& server, UniqueFd socket, const config::StatsSocket& settings);

        bool has_clients() const { return !clients_.empty(); }

        event::Listener listener;
        os::InheritedSockets::Label label;  ///< what a successor asks for it by

      private:
        void on_accept(event::Listener& listener, os::Accepted accepted) override;
        void on_accept_shortage(event::Listener& listener, int error) override;
        void on_client_done(AdminClient& client) override;
        void hand_over_listeners(int socket) override { server_.hand_over_listeners(socket); }
        bool full() const;

        AdminServer& server_;
        config::AdminLevel level_;
        bool exposes_listeners_;
        std::list<AdminClient> clients_;
    };

    void hand_over_listeners(int socket);

    Admin& admin_;
    std::vector<std::unique_ptr<Entrance>> entrances_;
    OtherSockets others_;
    log::OncePerSecond shortage_;
};

}  // namespace spliced::control
