// A backend at work: its servers, their checks, and what is said about them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "spliced/balance/server_pool.hpp"
#include "spliced/check/checker.hpp"
#include "spliced/check/script.hpp"
#include "spliced/protocol/agent_reply.hpp"
#include "spliced/proxy/server_messages.hpp"
#include "spliced/proxy/shared.hpp"

namespace spliced::proxy {

class Backend final : private check::CheckObserver {
  public:
    Backend(const config::Backend& settings, Shared& shared, LogSinks sinks);
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;

    struct CheckPlan {
        Duration first_delay{};  ///< of the first server; the next ones follow at `step`
        Duration step{};
        unsigned spread_percent = 0;  ///< `spread-checks`
    };
    /// Begins to check; returns the delay for the next backend's first server.
    Duration start_checks(CheckPlan plan);

    /// Another configuration, in the running process: see ServerPool::adopt(). Checks of new servers begin at
    /// once. Returns the servers that are gone, which must outlive the sessions that know them.
    balance::ServerPool::Servers adopt(const config::Backend& settings, LogSinks sinks,
                                       unsigned spread_percent);
    /// A process that is stopping leaves checking, and alerting, to its successor, as HAProxy does.
    void stop_checks() { checkers_.clear(); }

    /// It is gone from the files: ends its checks. Sessions that are on their way to it still reach it.
    void retire();
    std::optional<TimePoint> retired_at() const { return retired_at_; }

    const config::Backend& settings() const { return *settings_; }
    const std::string& name() const { return settings_->name; }
    balance::ServerPool& pool() { return pool_; }
    const balance::ServerPool& pool() const { return pool_; }
    const LogSinks& sinks() const { return sinks_; }

    /// Some server can be reached: HAProxy's UP.
    /// One without any server is, as in HAProxy: nothing of it can fail.
    bool is_up() const {
        return pool_.usable_active() + pool_.usable_backups() > 0 || pool_.servers().empty();
    }

    /// What an administrator says of a server; logs it as HAProxy does. The pool's own functions are for the
    /// rest.
    void set_admin(balance::Server& server, unsigned state);
    void set_weight(balance::Server& server, unsigned weight);
    /// What name servers say of it, in backend_resolution.cpp: it is to be reached there; it has no address.
    void set_resolved(balance::Server& server, const os::Address& address, const std::string& by_whom);
    void set_unresolved(balance::Server& server);
    /// The name that is followed for it; `by_whom` is quoted in the log.
    void set_host(balance::Server& server, const std::string& host, std::string_view by_whom);
    void force_health(balance::Server& server, balance::Health::Forced state);
    /// Checks of a server are made, or not (`enable health`, `disable health`); false where it has none.
    bool set_checking(balance::Server& server, bool wanted);
    bool is_checking(const balance::Server& server) const;
    /// The same of its agent: `enable agent`, `disable agent`.
    bool set_asking(balance::Server& server, bool wanted);
    /// What its agent would say: `set server b/s agent up|down`.
    void force_agent(balance::Server& server, bool up);
    /// The agent is to be sent this, or asked there, from the next time on.
    void set_agent_send(balance::Server& server, std::string send);

    /// `observe layer4`: a session's attempt to connect has succeeded, or failed.
    void observe(balance::Server& server, bool succeeded);

    /// The servers that track others begin to: `find` answers where the others are, all of them being there.
    template <typename Find>
    void link(Find find) {
        for (auto& server : pool_.servers()) {
            const auto& tracked = server->settings().tracked;
            bool followed = server->followed() != nullptr;
            server->follow(tracked ? find(*tracked) : nullptr);
            if (tracked || followed) take_inherited_state(*server);
        }
    }
    /// A server, of this backend or another, has another state.
    void pass_on(const balance::Server& changed);

    /// A session is sent here, or is over; see ServerPool::set_sessions().
    void enter() {
        sessions.enter();
        pool_.set_sessions(sessions.current);
    }
    void leave() {
        sessions.leave();
        pool_.set_sessions(sessions.current);
    }

    /// `clear counters`: the peaks, of its servers too; `all`: everything.
    void clear_counters(bool all);

    event::Verdict on_warming();
    void dispose() {}

    Gate sessions;                      ///< given to it by its frontends
    balance::ServiceCounters counters;  ///< of all its servers, those included that are gone
    balance::Uptime uptime;             ///< of is_up()

  private:
    void on_check(balance::Server& server, balance::Health::Change change,
                  const balance::CheckResult& result) override;
    void on_agent(balance::Server& server, balance::CheckResult result) override;
    void warn_inconclusive(const balance::Server& server, const balance::CheckResult& result);
    void log_check(const balance::Server& server, check::Checker::Kind kind,
                   const balance::CheckResult& result);

    using Kind = check::Checker::Kind;
    check::Checker* checker_of(const balance::Server& server, Kind kind = Kind::health) const;
    void start_checker(balance::Server& server, Kind kind, Duration delay);
    void start_missing_checks(const std::vector<const balance::Server*>& unchecked);
    void erase_checker(const balance::Server& server, Kind kind);
    bool wants_check(const balance::Server& server) const;
    bool wants_agent(const balance::Server& server) const;
    check::Checker::Settings check_settings(const balance::Server& server, Kind kind) const;
    std::unique_ptr<check::Probe> make_probe(balance::Server& server, check::Checker& checker);
    balance::CheckResult obey_agent(balance::Server& server, const protocol::AgentReply& reply,
                                    balance::CheckResult result);
    void obey_admin(balance::Server& server, protocol::AgentReply::Admin wanted);
    std::string obey_maxconn(balance::Server& server, const std::string& maxconn);
    std::string obey_weight(balance::Server& server, const std::string& weight);

    /// What has just been changed of a server is compared with what was known of it.
    void announce(balance::Server& server, balance::Health::Change change, const std::string& why,
                  bool had_servers);
    void take_inherited_state(balance::Server& server);
    void follow(balance::Server& server);
    void announce_inherited(balance::Server& server, const balance::Server::Inherited& before,
                            bool was_running);
    void on_state_changed(balance::Server& server, bool was_running);
    void on_farm_changed(bool had_servers);
    void change_admin(balance::Server& server, unsigned state);
    void warm_up();
    void log_admin_change(const balance::Server& server, unsigned before, bool was_running);
    void say(Level level, const std::string& text);
    FarmState farm(const balance::Server& server) const;

    const config::Backend* settings_;
    Shared& shared_;
    LogSinks sinks_;
    balance::ServerPool pool_;
    std::vector<std::unique_ptr<check::Checker>> checkers_;
    std::shared_ptr<const check::Script> script_;  ///< of its checks; null where they have none
    unsigned spread_percent_ = 0;
    event::Timer warming_;  ///< of servers that start slowly: the next step of their weights
    std::optional<TimePoint> retired_at_;
};

}  // namespace spliced::proxy
