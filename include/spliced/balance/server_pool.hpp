// The servers of one backend: which of them may be used, and which is next.
//
// Backup servers serve only while no other is usable: the first of them, or all by the same algorithm with
// `option allbackups`.
#pragma once

#include <memory>
#include <vector>

#include "spliced/balance/balancer.hpp"

namespace spliced::balance {

class ServerPool {
  public:
    explicit ServerPool(const config::Backend& settings);

    /// The next server, its connection already counted (release() gives it back); null where none is usable
    /// that is not among `tried`.
    Server* choose(Tried tried);
    void release(Server& server);

    /// Whether choose(tried) would find one.
    bool has_another(Tried tried) const;

    /// The server's usable() may have changed.
    void update(Server& server);

    std::size_t usable_active() const { return active_->size(); }
    std::size_t usable_backups() const { return backups_->size(); }
    bool running_on_backup() const { return active_->size() == 0 && backups_->size() > 0; }

    std::vector<std::unique_ptr<Server>>& servers() { return servers_; }
    const std::vector<std::unique_ptr<Server>>& servers() const { return servers_; }

  private:
    Balancer& group_of(const Server& server) { return server.settings().backup ? *backups_ : *active_; }
    void take(Server& server);
    void load_changed(Server& server);

    std::vector<std::unique_ptr<Server>> servers_;
    std::unique_ptr<Balancer> active_;
    std::unique_ptr<Balancer> backups_;
};

}  // namespace spliced::balance
