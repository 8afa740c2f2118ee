// A frontend at work: its listeners and their limits.
#pragma once

#include <memory>
#include <vector>

#include "spliced/event/listener.hpp"
#include "spliced/proxy/backend.hpp"
#include "spliced/proxy/denials.hpp"
#include "spliced/proxy/first_word.hpp"
#include "spliced/proxy/listener_bandwidth.hpp"
#include "spliced/proxy/session_table.hpp"
#include "spliced/proxy/shared.hpp"
#include "spliced/proxy/terms.hpp"

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
    void close(event::Listener::Waiting waiting = event::Listener::Waiting::taken) {
        listener_.close(waiting);
    }
    /// Gives the socket away, without refusing anybody who waits in its backlog.
    UniqueFd release() { return listener_.release(); }
    /// Pauses or resumes, as the limits of connections and of their rates say: excess clients wait in the
    /// kernel's backlog.
    void update();

    /// `disable frontend`, `enable frontend`: refuses clients meanwhile. False where the port is taken by
    /// now.
    void stop_listening() { listener_.stop_listening(); }
    bool listen_again() { return listener_.listen_again(); }

    /// Another configuration, in the running process.
    void adopt(const config::Bind& settings, event::Listener::Settings how);

    /// A session of this listener begins, or is over.
    void enter();
    void leave();

    /// A client from there is to begin with a PROXY protocol header.
    bool awaits_header(const os::Address& source) const {
        return settings_->accept_proxy &&
               (settings_->accept_proxy_from.empty() || settings_->accept_proxy_from.contains(source));
    }
    /// Puts a new session under the limits of `bwlim-*`, if there are any.
    void limit_bandwidth(relay::Relay& relay) const {
        if (bandwidth_) bandwidth_->limit(relay);
    }

    Frontend& frontend() const { return frontend_; }
    const config::Bind& settings() const { return *settings_; }
    /// Its name, else its number as HAProxy writes it: "sock-1".
    std::string label() const;
    const Gate& sessions() const { return gate_; }
    /// `clear counters`: the peaks; `all`: everything.
    void clear_counters(bool all);
    bool is_paused() const { return paused_; }
    int fd() const { return listener_.fd(); }

    FirstWord first_word;
    std::uint64_t admitted =
        0;  ///< clients whose sessions began: no rule, and no broken header, was before that
    std::uint64_t bytes_in = 0;  ///< from clients, of ended sessions
    std::uint64_t bytes_out = 0;

    /// Whom rules turned away here, and whose first bytes never came.
    Denials denials;
    void count_denied_session(const os::Address& client);
    void count_denied_request();
    void count_failed_request();

  private:
    /// What rules say of a client before there is a session.
    struct Welcome {
        bool granted = true;
        bool header = false;  ///< it is to begin with a PROXY protocol header
        std::unique_ptr<TrackedEntries> tracked;
    };
    Welcome welcome(const os::Accepted& accepted);
    void log_denial(const os::Address& client, std::string_view rules);
    void on_accept(event::Listener& listener, os::Accepted accepted) override;
    void on_accept_shortage(event::Listener& listener, int error) override;
    void set_bandwidth();

    Frontend& frontend_;
    const config::Bind* settings_;
    Gate gate_;
    bool paused_ = false;
    std::unique_ptr<ListenerBandwidth> bandwidth_;  ///< null until a limit is set
    event::Listener listener_;
};

class Frontend final : private PaceObserver {
  public:
    struct Setting {
        std::shared_ptr<const config::Config> config;
        const config::Frontend& settings;  ///< in `config`
        Backend* backend = nullptr;        ///< may be null
        std::vector<Backend*> ruled;       ///< of its `use_backend` rules, in their order
        LogSinks sinks;
    };
    using Listeners = std::vector<std::unique_ptr<BoundListener>>;

    /// Without listeners yet.
    Frontend(Setting setting, Shared& shared, SessionTable& table, RoomObserver& observer);
    Frontend(const Frontend&) = delete;
    Frontend& operator=(const Frontend&) = delete;

    /// Those that it accepts on from now on, in the order of the file.
    void set_listeners(Listeners listeners) { listeners_ = std::move(listeners); }
    const Listeners& listeners() const { return listeners_; }
    Listeners take_listeners() { return std::move(listeners_); }

    /// False where the loop cannot watch a listener.
    bool start();
    void stop_accepting(event::Listener::Waiting waiting = event::Listener::Waiting::taken);
    void update_listeners();

    /// An administrator's word: refuse clients for a while, or for good.
    enum class State {
        open,
        disabled,
        stopped,
        retired,  ///< gone from the files; its last sessions are running
    };
    State state() const { return state_; }
    void disable();
    /// False where a port has been taken meanwhile: those stay closed.
    bool enable();
    void shut_down();
    void retire() {
        state_ = State::retired;
        retired_at_ = shared_.loop.now();
    }
    TimePoint retired_at() const { return retired_at_; }

    /// Another configuration, in the running process. New sessions live under it; returns the terms of
    /// before, which the running ones go on under.
    std::unique_ptr<Terms> adopt(Setting setting);

    const config::Frontend& settings() const { return terms_->front; }
    const std::string& name() const { return settings().name; }
    /// The one of `default_backend`; null where there is none.
    Backend* backend() const { return terms_->usual.backend; }
    Terms& terms() const { return *terms_; }
    const LogSinks& sinks() const { return sinks_; }
    Shared& shared() const { return shared_; }
    SessionTable& table() const { return table_; }

    /// Counts a session; tells listeners, here or everywhere, when a limit is reached or left.
    void enter();
    /// What rates count: every connection, and those that become sessions.
    void count_connection();
    void count_session(BoundListener& listener);
    void leave();
    /// `clear counters`: the peaks, of its listeners too; `all`: everything.
    void clear_counters(bool all);
    /// `set maxconn frontend`: 0 is no limit of its own.
    void set_limit(unsigned maxconn);

    Gate sessions;
    Rate rate;                       ///< sessions
    Rate connection_rate;            ///< connections, those included that rules turn away
    std::uint64_t lines_logged = 0;  ///< about its sessions
    Pace pace;                       ///< `rate-limit sessions`
    std::uint64_t admitted = 0;      ///< as a listener's
    std::uint64_t bytes_in = 0;      ///< from clients, of ended sessions
    std::uint64_t bytes_out = 0;
    std::uint64_t refused_greetings =
        0;            ///< connections that did not become sessions, though `sessions` counts them
    Denials denials;  ///< of all its listeners, those included that are gone
    log::OncePerSecond denial_message;

  private:
    void on_pace_changed() override { update_listeners(); }
    void on_limits_moved(bool own_moved, bool process_moved);

    std::unique_ptr<Terms> terms_;
    LogSinks sinks_;
    Shared& shared_;
    SessionTable& table_;
    RoomObserver& observer_;
    Listeners listeners_;
    State state_ = State::open;
    TimePoint retired_at_{};
};

}  // namespace spliced::proxy
