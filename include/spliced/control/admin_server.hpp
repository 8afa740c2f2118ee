// The statistics sockets: takes a bounded number of clients; further ones wait in the kernel's backlog.
#pragma once

#include <list>
#include <memory>
#include <vector>

#include "spliced/base/log.hpp"
#include "spliced/base/result.hpp"
#include "spliced/control/admin_client.hpp"
#include "spliced/event/listener.hpp"

namespace spliced::control {

/// As Config::global.stats_sockets; every one that failed is in `errors`, with its file and line.
struct AdminSockets {
    std::vector<UniqueFd> listening;
    std::vector<Error> errors;
};

/// Before privileges are dropped. A path that another process listens on is taken over, as HAProxy does: a
/// successor must not fail because its predecessor is still there.
AdminSockets bind_admin_sockets(const config::Config& config);

class AdminServer final : private AdminClientOwner {
  public:
    AdminServer(Admin& admin, AdminSockets sockets);
    ~AdminServer();

    /// False where the loop cannot watch a socket.
    bool start();
    /// For a process that a successor replaces. Clients that are there may go on.
    void stop_accepting();

  private:
    /// One socket, with the level of those who come by it.
    class Entrance final : private event::AcceptHandler {
      public:
        Entrance(AdminServer& server, UniqueFd socket, config::AdminLevel level);

        event::Listener listener;

      private:
        void on_accept(event::Listener& listener, os::Accepted accepted) override;
        void on_accept_shortage(event::Listener& listener, int error) override;

        AdminServer& server_;
        config::AdminLevel level_;
    };

    void admit(UniqueFd socket, config::AdminLevel level);
    void on_client_done(AdminClient& client) override;
    bool full() const { return clients_.size() >= admin_.engine.config().global.stats_maxconn; }

    Admin& admin_;
    std::vector<std::unique_ptr<Entrance>> entrances_;
    std::list<AdminClient> clients_;
    log::OncePerSecond shortage_;
};

}  // namespace spliced::control
