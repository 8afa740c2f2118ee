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

class AdminServer final : private AdminClientOwner {
  public:
    AdminServer(Admin& admin, AdminSockets sockets);
    ~AdminServer();

    /// False where the loop cannot watch a socket.
    bool start();
    /// For a process that stops, or that a successor replaces. Clients that are there may go on.
    void stop_accepting();
    bool has_clients() const { return !clients_.empty(); }
    /// Its sockets, for a successor.
    std::vector<Listening> listening() const;

  private:
    /// One socket, with what those who come by it may do.
    class Entrance final : private event::AcceptHandler {
      public:
        Entrance(AdminServer& server, UniqueFd socket, const config::StatsSocket& settings);

        event::Listener listener;
        os::InheritedSockets::Label label;  ///< what a successor asks for it by

      private:
        void on_accept(event::Listener& listener, os::Accepted accepted) override;
        void on_accept_shortage(event::Listener& listener, int error) override;

        AdminServer& server_;
        config::AdminLevel level_;
        bool exposes_listeners_;
    };

    void admit(UniqueFd socket, config::AdminLevel level, bool may_take_listeners);
    void on_client_done(AdminClient& client) override;
    void hand_over_listeners(int socket) override;
    bool full() const { return clients_.size() >= admin_.engine.config().global.stats_maxconn; }

    Admin& admin_;
    std::vector<std::unique_ptr<Entrance>> entrances_;
    std::list<AdminClient> clients_;
    log::OncePerSecond shortage_;
};

}  // namespace spliced::control
