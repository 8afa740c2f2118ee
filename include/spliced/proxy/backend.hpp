// A backend at work: its servers, their checks, and what is said about them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "spliced/balance/checker.hpp"
#include "spliced/balance/server_pool.hpp"
#include "spliced/proxy/shared.hpp"
#include "spliced/relay/relay.hpp"
#include "spliced/relay/retry_plan.hpp"

namespace spliced::proxy {

class Backend final : private balance::CheckObserver {
  public:
    Backend(const config::Backend& settings, Shared& shared, LogSinks sinks);

    struct CheckPlan {
        Duration first_delay{};  ///< of the first server; the next ones follow at `step`
        Duration step{};
        unsigned spread_percent = 0;  ///< `spread-checks`
    };
    /// Begins to check; returns the delay for the next backend's first server.
    Duration start_checks(CheckPlan plan);
    /// A process that is stopping leaves checking, and alerting, to its successor, as HAProxy does.
    void stop_checks() { checkers_.clear(); }

    const config::Backend& settings() const { return settings_; }
    balance::ServerPool& pool() { return pool_; }
    const balance::ServerPool& pool() const { return pool_; }
    const LogSinks& sinks() const { return sinks_; }
    const relay::RetryPlan::Rules& retry_rules() const { return retry_rules_; }
    /// All its servers are on this machine.
    bool is_local() const { return is_local_; }

    Gate sessions;  ///< that have picked a server here

  private:
    void on_check(balance::Server& server, balance::Health::Change change,
                  const balance::CheckResult& result) override;
    void warn_inconclusive(const balance::Server& server, const balance::CheckResult& result);

    const config::Backend& settings_;
    Shared& shared_;
    LogSinks sinks_;
    relay::RetryPlan::Rules retry_rules_;
    bool is_local_;
    balance::ServerPool pool_;
    std::vector<std::unique_ptr<balance::Checker>> checkers_;
};

}  // namespace spliced::proxy
