// The active check of one server, or of the agent on it: makes probes, at intervals and within their time,
// and tells what came of them. Its events run before traffic.
#pragma once

#include <memory>
#include <random>

#include "spliced/check/probe.hpp"
#include "spliced/event/timer.hpp"

namespace spliced::check {

class Checker;

/// Who wants to know. Implemented by the backend.
class CheckObserver {
  public:
    virtual void on_check(balance::Server& server, balance::Health::Change change,
                          const balance::CheckResult& result) = 0;
    /// `result` is of the question; what the agent said is its info, where it passed.
    virtual void on_agent(balance::Server& server, balance::CheckResult result) = 0;

  protected:
    ~CheckObserver() = default;
};

class Checker final : private ProbeOwner {
  public:
    struct Settings {
        Duration connect_limit{};     ///< how long one attempt may take, or the first step of it
        Duration answer_limit{};      ///< after that, for the rest; 0: the first limit is for all
        unsigned spread_percent = 0;  ///< `spread-checks`
    };

    enum class Kind { health, agent };

    Checker(event::Loop& loop, balance::Server& server, CheckObserver& observer, Kind kind,
            Settings settings);
    ~Checker();

    /// How it is asked; at once or, where a probe is under way, from the next one on.
    void set_probe(std::unique_ptr<Probe> probe);
    /// For the probe to answer to.
    ProbeOwner& owner() { return *this; }

    /// Begins with a first check after `delay`.
    void start(Duration delay);
    /// Holds from the next check on, which comes no later than the server's interval, itself perhaps a new
    /// one, asks for.
    void set_settings(Settings settings);
    /// The next one comes after this time, if it would come later.
    void hasten(Duration delay);

    balance::Server& server() const { return server_; }
    Kind kind() const { return kind_; }

    event::Verdict on_timer();
    void dispose() {}

  private:
    void on_probe_connected() override;
    void on_probe_over(balance::CheckResult result) override;

    balance::CheckCounters& counters() const;
    milliseconds interval() const;
    void begin();
    void count(const balance::CheckResult& result);
    Duration until_next(config::CheckStatus status);

    event::Loop& loop_;
    balance::Server& server_;
    CheckObserver& observer_;
    const Kind kind_;
    Settings settings_;
    std::minstd_rand random_;
    TimePoint started_{};
    TimePoint deadline_{};
    unsigned late_attempts_ = 0;  ///< in a row that ended unanswered while we were not running
    bool under_way_ = false;
    std::unique_ptr<Probe> probe_;
    std::unique_ptr<Probe> next_probe_;
    std::unique_ptr<Probe> former_probe_;
    event::Timer timer_;  ///< the next check, or the deadline of the one under way
};

}  // namespace spliced::check
