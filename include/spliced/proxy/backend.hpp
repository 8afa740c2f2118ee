// A backend at work: its servers, their checks, and what is said about them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "spliced/balance/checker.hpp"
#include "spliced/balance/server_pool.hpp"
#include "spliced/proxy/server_messages.hpp"
#include "spliced/proxy/shared.hpp"

namespace spliced::proxy {

class Backend final : private balance::CheckObserver {
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
    void force_health(balance::Server& server, balance::Health::Forced state);
    /// Checks of a server are made, or not (`enable health`, `disable health`); false where it has none.
    bool set_checking(balance::Server& server, bool wanted);
    bool is_checking(const balance::Server& server) const;

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

    Gate sessions;                      ///< given to it by its frontends
    balance::ServiceCounters counters;  ///< of all its servers, those included that are gone
    balance::Uptime uptime;             ///< of is_up()

  private:
    void on_check(balance::Server& server, balance::Health::Change change,
                  const balance::CheckResult& result) override;
    void warn_inconclusive(const balance::Server& server, const balance::CheckResult& result);

    balance::Checker* checker_of(const balance::Server& server) const;
    void start_checker(balance::Server& server, Duration delay);
    bool wants_check(const balance::Server& server) const;
    balance::Checker::Settings check_settings(const balance::Server& server) const;
    void on_farm_changed(bool had_servers);
    void log_admin_change(const balance::Server& server, unsigned before, bool was_running);
    void say(Level level, const std::string& text);
    FarmState farm(const balance::Server& server) const;

    const config::Backend* settings_;
    Shared& shared_;
    LogSinks sinks_;
    balance::ServerPool pool_;
    std::vector<std::unique_ptr<balance::Checker>> checkers_;
    unsigned spread_percent_ = 0;
    std::optional<TimePoint> retired_at_;
};

}  // namespace spliced::proxy
