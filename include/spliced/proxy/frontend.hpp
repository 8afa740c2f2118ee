// A frontend at work: its listeners and their limits.
#pragma once

#include <memory>
#include <vector>

#include "spliced/event/listener.hpp"
#include "spliced/proxy/backend.hpp"
#include "spliced/proxy/first_word.hpp"
#include "spliced/proxy/session_table.hpp"
#include "spliced/proxy/shared.hpp"

namespace spliced::proxy {

class Frontend;

/// Hears of the process's limit being reached, and of room again. Implemented by the engine.
class RoomObserver {
  public:
    virtual void on_room_changed() = 0;

  protected:
    ~RoomObserver() = default;
};

/// One socket of a `bind` line.
class BoundListener final : private event::AcceptHandler {
  public:
    BoundListener(Frontend& frontend, const config::Bind& settings, UniqueFd socket,
                  event::Listener::Settings how);

    bool start();
    void close() { listener_.close(); }
    /// Pauses or resumes, as the three limits say: excess clients wait in the kernel's backlog.
    void update();

    /// A session of this listener begins, or is over.
    void enter();
    void leave();

    Frontend& frontend() const { return frontend_; }
    const config::Bind& settings() const { return settings_; }

    FirstWord first_word;

  private:
    void on_accept(event::Listener& listener, os::Accepted accepted) override;
    void on_accept_shortage(event::Listener& listener, int error) override;

    Frontend& frontend_;
    const config::Bind& settings_;
    Gate gate_;
    bool paused_ = false;
    event::Listener listener_;
};

class Frontend {
  public:
    struct Setting {
        const config::Frontend& settings;
        Backend* backend = nullptr;  ///< may be null
        LogSinks sinks;
        unsigned accepts_per_turn = 0;  ///< 0: no bound
    };

    Frontend(Setting setting, Shared& shared, SessionTable& table, RoomObserver& observer,
             std::vector<UniqueFd> sockets);

    /// False where the loop cannot watch a listener.
    bool start();
    void stop_accepting();
    void update_listeners();

    const config::Frontend& settings() const { return setting_.settings; }
    Backend* backend() const { return setting_.backend; }
    const LogSinks& sinks() const { return setting_.sinks; }
    Shared& shared() const { return shared_; }
    SessionTable& table() const { return table_; }
    const relay::IdleLimits& idle_limits() const { return idle_limits_; }

    /// Counts a session; tells listeners, here or everywhere, when a limit is reached or left.
    void enter();
    void leave();

    Gate sessions;

  private:
    void on_limits_moved(bool own_moved, bool process_moved);

    Setting setting_;
    Shared& shared_;
    SessionTable& table_;
    RoomObserver& observer_;
    relay::IdleLimits idle_limits_;
    std::vector<std::unique_ptr<BoundListener>> listeners_;
};

}  // namespace spliced::proxy
