// The servers of one backend: which of them may be used, and which is next.
//
// Backup servers serve only while no other is usable: the first of them, or all by the same algorithm with
// `option allbackups`.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "spliced/balance/balancer.hpp"

namespace spliced::balance {

class ServerPool {
  public:
    /// `settings` must outlive the pool, or its next adopt().
    ServerPool(const config::Backend& settings, TimePoint now);

    using Servers = std::vector<std::unique_ptr<Server>>;

    /// Another configuration, in the running process. A server whose name and address stay keeps its
    /// connections, health, counters and turn, and what was changed at run time where the file did not change
    /// it; any other is a new one. Returns those that are no longer there: they take no new sessions, and
    /// must live until the last session that knows them is over.
    Servers adopt(const config::Backend& settings, TimePoint now);

    /// The next server, its connection already counted (release() gives it back); null where none is usable
    /// that the request has not tried.
    Server* choose(const Request& request);
    void release(Server& server);

    /// Whether choose() would find one.
    bool has_another(Tried tried) const;

    /// The server's usable() may have changed.
    void update(Server& server);

    // What an administrator may change while it runs.
    void set_weight(Server& server, unsigned weight);
    /// Where new connections and checks go; those that stand stay.
    void set_address(Server& server, const os::Address& address);
    /// `state`: of AdminState.
    void set_admin(Server& server, unsigned state, TimePoint now);
    void force_health(Server& server, Health::Forced state, TimePoint now);

    std::size_t usable_active() const { return active_->size(); }
    std::size_t usable_backups() const { return backups_->size(); }
    bool running_on_backup() const { return active_->size() == 0 && backups_->size() > 0; }

    /// The sum of the weights of those that serve now.
    unsigned weight() const;
    Server* find(std::string_view name) const;

    Servers& servers() { return servers_; }
    const Servers& servers() const { return servers_; }

  private:
    Balancer& group_of(const Server& server) { return server.settings().backup ? *backups_ : *active_; }
    void take(Server& server);
    void load_changed(Server& server);
    void leave_order(Server& server);
    void make_balancers(const config::Backend& settings);
    static void succeed(Server& server, const Server& before);
    void keep(Server& server, const config::Server& settings, std::size_t rank, TimePoint now);

    const config::Backend* settings_;
    Servers servers_;
    std::unique_ptr<Balancer> active_;
    std::unique_ptr<Balancer> backups_;
};

}  // namespace spliced::balance
