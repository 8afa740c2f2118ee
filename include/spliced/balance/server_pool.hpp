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
    /// that the request has not tried and that has room, or where others have waited longer: see
    /// where_to_wait().
    Server* choose(const Request& request);
    /// Who waits is served.
    void release(Server& server);

    /// Whether choose() would find one, now or later.
    bool has_another(Tried tried) const;

    /// What is left to a request for which choose() found nothing.
    struct Place {
        enum class Kind {
            nowhere,  ///< no server is usable that it has not tried
            refused,  ///< it belongs to `server`, and so many wait there already as `maxqueue` allows
            queue,    ///< it may wait in `queue`
        };
        Kind kind = Kind::nowhere;
        Queue* queue = nullptr;
        Server* server = nullptr;  ///< the only one that it waits for; null where any will do
    };
    Place where_to_wait(const Request& request);
    /// Lets it wait there, by the age of its claim. Where there is room its turn comes at once: from in here.
    void wait(Ticket& ticket, const Place& place, TimePoint since);
    /// Sessions that wait for any server.
    const Queue& queue() const { return queue_; }
    void forget_queue_peak() { queue_.forget_peak(); }

    /// The server's usable() may have changed: who waits only for one that cannot serve chooses anew, and one
    /// that has come takes from the queue.
    void update(Server& server);
    /// Brings the weights of those that start slowly up to date; returns when to do so again, or `never`.
    TimePoint warm_up(TimePoint now);
    /// The same of running().
    void refresh(Server& server, TimePoint now);
    /// How many sessions the last change of a server's state has moved: HAProxy's "requeued".
    std::size_t moved() const { return moved_; }

    /// What a limit that moves depends on: sessions that the backend has, and `fullconn`. Who waits is served
    /// where a limit has grown.
    void set_sessions(std::size_t sessions);
    void set_fullconn(std::size_t fullconn);
    const FarmLoad& load() const { return load_; }

    // What an administrator may change while it runs.
    void set_weight(Server& server, unsigned weight);
    /// What is over the new limit goes on; a higher one serves the queue at once.
    void set_limits(Server& server, const ServerLimits& limits);
    /// As HAProxy's command and its agents mean it: a limit that stands still stays so, and one that moves
    /// gets another upper end.
    void set_maxconn(Server& server, unsigned most);
    /// Where new connections and checks go; those that stand stay.
    void set_address(Server& server, const os::Address& address);
    void set_host(Server& server, std::string host) { server.host_ = std::move(host); }
    /// `state`: of AdminState.
    void set_admin(Server& server, unsigned state, TimePoint now);
    void force_health(Server& server, Health::Forced state, TimePoint now);

    std::size_t usable_active() const { return active_->size(); }
    std::size_t usable_backups() const { return backups_->size(); }
    /// It may be chosen: usable, and no backup server that waits for its time.
    bool serves_now(const Server& server) const;
    bool running_on_backup() const { return active_->size() == 0 && backups_->size() > 0; }

    /// The sum of the weights of those that serve now.
    unsigned weight() const;
    /// The same of what they take now, rounded up as HAProxy does.
    unsigned effective_weight() const;
    Server* find(std::string_view name) const;
    /// By its `id`.
    Server* find(unsigned id) const;

    Servers& servers() { return servers_; }
    const Servers& servers() const { return servers_; }

  private:
    Balancer& group_of(const Server& server) { return server.settings().backup ? *backups_ : *active_; }
    Balancer& serving_group() { return active_->size() > 0 ? *active_ : *backups_; }
    void take(Server& server);
    void change_order(Server& server);
    void settle(Server& server, bool was_usable);
    void turn(Server& server, TimePoint now);
    void note_admin(Server& server, unsigned state, TimePoint now);

    // Queues: server_queues.cpp
    Server* bound_server(const Request& request);
    bool only_first_serves() const;
    Server* first_backup(Tried tried) const;
    static bool is_queue_full(const Server& server);
    bool serves_anybody(Server& server);
    Ticket* next_for(Server& server);
    bool serve_one(Server& server);
    std::size_t serve(Server& server);
    void serve_all();
    std::size_t send_away(Server& server);
    static std::size_t let_choose_anew(Server& server);
    void note_limits();
    void load_changed(Server& server);
    void leave_order(Server& server);
    void reweigh(Server& server, unsigned weight, unsigned sixteenths);
    void make_balancers(const config::Backend& settings);
    void serve_again(const Servers& gone);
    static void succeed(Server& server, const Server& before);
    static void keep_agent(Server& server, const config::Agent& before);
    void keep(Server& server, const config::Server& settings, std::size_t rank, TimePoint now);

    const config::Backend* settings_;
    Servers servers_;
    std::unique_ptr<Balancer> active_;
    std::unique_ptr<Balancer> backups_;
    Queue queue_;
    FarmLoad load_;
    bool limits_move_ = false;  ///< of some server
    std::size_t moved_ = 0;
};

}  // namespace spliced::balance
