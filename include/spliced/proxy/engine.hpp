// Everything that serves traffic, built from one configuration: backends, frontends, sessions.
#pragma once

#include <memory>
#include <vector>

#include "spliced/base/log_sink.hpp"
#include "spliced/proxy/bound_sockets.hpp"
#include "spliced/proxy/capacity.hpp"
#include "spliced/proxy/frontend.hpp"

namespace spliced::proxy {

/// What `config` asks of the descriptors.
CapacityDemand demand_of(const config::Config& config, std::size_t descriptors);

/// The open log destinations of a configuration, by frontend and by backend; equal targets share one.
struct ProxySinks {
    std::vector<LogSinks> frontends;
    std::vector<LogSinks> backends;
};
Result<ProxySinks> open_sinks(const config::Config& config, LogSinkPool& pool);

class Engine final : private RoomObserver {
  public:
    Engine(std::shared_ptr<const config::Config> config, event::Loop& loop, const Capacity& capacity,
           ProxySinks sinks, BoundSockets sockets);

    /// Begins to check servers and to accept.
    Result<void> start();

    /// Closes the listeners; running sessions go on.
    void stop_accepting();
    /// What the log says when they are closed, for each proxy: sessions it has had.
    void log_stopped() const;
    /// What was moved since the start, and how.
    void log_totals() const;

    SessionTable& sessions() { return sessions_; }

  private:
    void on_room_changed() override;
    void warn_of_small_pipes() const;

    std::shared_ptr<const config::Config> config_;
    Shared shared_;
    std::vector<std::unique_ptr<Backend>> backends_;
    std::vector<std::unique_ptr<Frontend>> frontends_;
    SessionTable sessions_;  // after what sessions refer to, so that it goes first
};

}  // namespace spliced::proxy
