// Everything that serves traffic, built from one configuration: backends, frontends, sessions.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/log_sink.hpp"
#include "spliced/proxy/bound_sockets.hpp"
#include "spliced/proxy/capacity.hpp"
#include "spliced/proxy/discovery.hpp"
#include "spliced/proxy/frontend.hpp"
#include "spliced/proxy/retired.hpp"

namespace spliced::proxy {

/// What `config` asks of the descriptors.
CapacityDemand demand_of(const config::Config& config, std::size_t descriptors);

relay::PipePool::Settings pipe_settings(const config::Config& config, const Capacity& capacity);

/// The open log destinations of a configuration, by frontend and by backend; equal targets share one.
struct ProxySinks {
    std::vector<LogSinks> frontends;
    std::vector<LogSinks> backends;
};
Result<ProxySinks> open_sinks(const config::Config& config, LogSinkPool& pool);

class Engine final : public Directory,
                     private RoomObserver,
                     private PaceObserver,
                     private TermsObserver,
                     private StateObserver {
  public:
    Engine(std::shared_ptr<const config::Config> config, event::Loop& loop, const Capacity& capacity,
           ProxySinks sinks, BoundSockets sockets);

    /// Begins to check servers and to accept.
    Result<void> start();

    /// Another configuration, in the running process; see engine_adopt.cpp. Cannot fail: what can has been
    /// done by whoever calls, among it `sockets` for those `bind`s that held() does not know.
    void adopt(std::shared_ptr<const config::Config> config, const Capacity& capacity, ProxySinks sinks,
               BoundSockets sockets);
    /// The `bind` that is listened on under this key; null where there is none.
    const config::Bind* held(const std::string& key) const;
    /// Ends the sessions of frontends and servers that a reload has removed until then; returns how many.
    std::size_t end_retired_sessions(TimePoint until);
    /// When the first of those that are left was removed, after this moment.
    std::optional<TimePoint> removal_after(TimePoint moment) const { return retired_.removal_after(moment); }

    /// Closes the listeners; running sessions go on.
    void stop_accepting(event::Listener::Waiting waiting);
    bool is_stopping() const { return is_stopping_; }
    /// What the log says when they are closed, for each proxy: sessions it has had.
    void log_stopped() const;
    /// What was moved since the start, and how.
    void log_totals() const;

    SessionTable& sessions() { return sessions_; }
    const SessionTable& sessions() const { return sessions_; }

    // In the order of the files.
    const std::vector<std::unique_ptr<Frontend>>& frontends() const { return frontends_; }
    const std::vector<std::unique_ptr<Backend>>& backends() const { return backends_; }
    Frontend* find_frontend(std::string_view name) const override;
    Backend* find_backend(std::string_view name) const override;

    /// Those of its servers that go by names.
    Discovery& discovery() { return discovery_; }
    const Discovery& discovery() const { return discovery_; }

    const config::Config& config() const { return *config_; }
    const Capacity& capacity() const { return capacity_; }
    Shared& shared() { return shared_; }
    const Shared& shared() const { return shared_; }
    TimePoint started_at() const { return started_at_; }
    WallTime started_wall() const { return started_wall_; }

    /// `clear counters`: the peaks; `all`: everything.
    void clear_counters(bool all);
    /// `set maxconn global`.
    void set_limit(std::size_t maxconn);

    event::Verdict on_reap();
    void dispose() {}

  private:
    void on_room_changed() override;
    void on_pace_changed() override { on_room_changed(); }
    void set_fullconns();
    void on_terms_over() override { reap_.schedule(); }
    void on_state_changed(const balance::Server& server) override;
    /// Servers that track others find them.
    void link_servers();

    /// First checks run at once, so that a dead server is known within milliseconds, yet not all in one turn.
    static constexpr microseconds first_check_step{200};
    static void log_stopped(const Frontend& frontend);

    /// Every open listener of before the reload, by its key.
    using HeldListeners = std::map<std::string, std::unique_ptr<BoundListener>, std::less<>>;
    void close_unwanted_listeners(const config::Config& wanted);
    void adopt_backends(std::vector<LogSinks> sinks, const Retired::Whole& before);
    void adopt_frontends(std::vector<LogSinks> sinks, BoundSockets sockets, const Retired::Whole& before);
    HeldListeners take_listeners(std::vector<std::unique_ptr<Frontend>>& frontends,
                                 const Retired::Whole& before);
    void adopt_listeners(Frontend& frontend, std::vector<UniqueFd> sockets, HeldListeners& held,
                         const Retired::Whole& before);
    void retune(const BoundListener& listener, const config::Bind& before) const;
    void adopt_global(const config::Global& before, const Capacity& capacity);

    Frontend::Setting setting_of(std::size_t index, LogSinks sinks) const;
    event::Listener::Settings accept_settings(const config::Frontend& settings) const;
    Frontend::Listeners listeners_of(Frontend& frontend, std::vector<UniqueFd> sockets) const;
    void warn_of_small_pipes() const;

    std::shared_ptr<const config::Config> config_;
    TimePoint started_at_;
    WallTime started_wall_;
    Capacity capacity_;
    Shared shared_;
    std::vector<std::unique_ptr<Backend>> backends_;
    std::vector<std::unique_ptr<Frontend>> frontends_;
    bool is_stopping_ = false;
    Discovery discovery_;  // after the backends, whose servers it knows
    Retired retired_;
    event::Deferred reap_;
    SessionTable sessions_;  // after what sessions refer to, so that it goes first
};

}  // namespace spliced::proxy
