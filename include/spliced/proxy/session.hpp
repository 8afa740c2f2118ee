// One accepted client, from accept to the log line: connects it to a server, relays, says farewell.
//
//   greeting -> inspecting -> arriving -> dialing -> relaying -> over
//      |             |           |     ^ |  ^
//      v             v           v     | v  |
//     over        parting       queued   pausing  -> parting -> over
//
// Awaited are, in order: a PROXY protocol header (greeting), the first bytes that rules look at (inspecting),
// the client's first word (arriving), a server with room (queued). Every phase ends in finish(), exactly
// once, with one log line; greeting also in refuse(), and a client that `tcp-request session` turns away in
// none.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "spliced/balance/server_pool.hpp"
#include "spliced/base/log_target.hpp"
#include "spliced/event/deferred.hpp"
#include "spliced/event/stream_event.hpp"
#include "spliced/event/timer.hpp"
#include "spliced/os/address.hpp"
#include "spliced/os/socket.hpp"
#include "spliced/proxy/client_facts.hpp"
#include "spliced/relay/farewell.hpp"
#include "spliced/relay/relay.hpp"
#include "spliced/relay/retry_plan.hpp"
#include "spliced/rules/rule.hpp"

namespace spliced::config {
struct SectionRules;
}

namespace spliced::proxy {

class Backend;
class BoundListener;
class RuleSource;
struct Route;
struct SessionRecord;
struct Shared;
struct Terms;
enum class SessionEvent;

/// Lives in the session table, which only the trampoline asks to destroy it (see event/handler.hpp).
class Session {
  public:
    /// `begins_with_header`: the client is to announce itself by the PROXY protocol. `tracked`: by rules that
    /// have looked at the connection; may be null.
    Session(BoundListener& listener, os::Accepted accepted, bool begins_with_header,
            std::unique_ptr<TrackedEntries> tracked);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();

    /// False where the session is over already and is to be destroyed at once.
    bool start();

    /// Marks it to be ended by RST in the loop's next turn; for whoever is not the session itself. `cause`:
    /// the first letter of its termination state: K by an administrator, D its server went down, U a better
    /// server came up.
    void kill(char cause = 'K');

    /// Puts it under this limit for the rest of its life, in place of an earlier one of that direction. For
    /// rules; those of its listener hold as well.
    void set_bandwidth_limit(const config::BandwidthFilter& filter);

    event::Verdict on_client_ready(event::Ready ready);
    event::Verdict on_server_ready(event::Ready ready);
    event::Verdict on_timer();
    event::Verdict on_next_turn();
    void dispose();

    enum class Phase : std::uint8_t {
        greeting,
        inspecting,
        arriving,
        queued,
        dialing,
        pausing,
        relaying,
        parting,
        over
    };
    Phase phase() const { return phase_; }
    const BoundListener& listener() const { return listener_; }
    const Terms& terms() const { return terms_; }
    /// Where it goes: to no backend until that is decided.
    const Route& route() const { return *route_; }
    Backend* backend() const;
    /// The one it is connected to, or tries; null where it has none now.
    const balance::Server* server() const { return server_; }
    /// The last one that it was given; null where there was none.
    const balance::Server* last_server() const { return last_server_; }
    const relay::Relay& relay() const { return relay_; }
    /// The other end of the connection itself.
    const os::PeerAddress& peer() const { return peer_; }
    /// Who the client is, and whom it called: as announced by those in front of us, else as the connection
    /// says.
    os::Address source() const;
    os::Address destination() const;
    TimePoint accepted_at() const { return accepted_at_; }
    WallTime accepted_wall() const { return accepted_wall_; }
    /// What bounds its silence, or the step that it is at; `never` where nothing does.
    TimePoint deadline() const;
    unsigned retries() const { return retries_.retries(); }
    /// Its time in queues; null where it never had to wait for a server.
    const QueueStay* stay() const { return facts_ ? facts_->stay.get() : nullptr; }
    /// Its turn in a queue has come; see balance::Ticket.
    void on_turn(balance::Server* server);
    bool may_wait_for(const balance::Server& server) const;
    bool is_over() const { return phase_ == Phase::over; }
    /// Null where no rule tracks it.
    TrackedEntries* tracked() const { return facts_ ? facts_->tracked.get() : nullptr; }

    Session* next = nullptr;  ///< in the session table
    Session* previous = nullptr;

  private:
    // Greeting: session_greeting.cpp
    event::Verdict greet();
    event::Verdict hear_header();
    struct Heard;
    Heard hear_piece();
    event::Verdict on_header(bool first_word_came);
    event::Verdict refuse(std::string_view why);
    bool header_has_begun() const { return facts_ && !facts_->header.empty(); }
    void log_refusal(std::string_view why);

    // Rules: session_inspection.cpp
    event::Verdict admit();
    bool is_admitted();
    void keep_tracked(RuleSource& source);
    const config::SectionRules& rules_in_force() const;
    Duration inspect_delay() const;
    event::Verdict begin_inspection();
    event::Verdict after_inspection();
    const Route& choose_route() const;
    balance::Server* server_by_rule() const;
    TimePoint inspection_deadline() const;
    bool may_wait(TimePoint now) const;
    event::Verdict inspect();
    event::Verdict wait_for_content();
    event::Verdict on_more_content(event::Ready ready);
    event::Verdict on_content_late();
    event::Verdict turn_away(rules::ActionId how);

    // Arriving: session_arrival.cpp
    event::Verdict arrive();
    TimePoint admitted_at() const { return accepted_at_ + milliseconds(silent_ms_); }
    void take_route(const Route& route);
    bool awaits_first_word() const;
    void learn_first_word(bool in_time);
    event::Verdict dial_after_silence();

    // Dialing: session_dial.cpp
    event::Verdict dial();
    bool pick_server();
    enum class Choice : std::uint8_t { balancer, preference, queue };
    void hold_server(balance::Server& server, Choice by);
    void remember_server(balance::Server& server);
    balance::Request request(const os::Address& client) const;
    // Stickiness: session_stick.cpp
    balance::Server* preferred_server() const;
    balance::Server* persistent_server() const;
    void store_stickiness() const;
    event::Verdict connect();
    os::Attempt depart(const os::ConnectOptions& options);
    void give_back_port();
    event::Verdict on_attempt_failed(int error);
    event::Verdict after_failure(relay::Failure failure);
    void leave_server();
    balance::Tried tried() const;

    // Waiting for a server: session_queue.cpp
    event::Verdict queue();
    void wait(const balance::ServerPool::Place& place);
    event::Verdict on_queue_timeout();
    bool waits_for_one() const;
    void leave_queue();
    void count_failure(balance::Server& server);
    event::Verdict fail(char phase);
    bool gives_up_on_fin() const;
    event::Verdict abandon();

    // Relaying, and the end: session.cpp
    event::Verdict begin_relay(event::Ready server_ready);
    bool announce_client(TimePoint now);
    event::Verdict pump(TimePoint now);
    event::Verdict follow(relay::Relay::Progress progress, TimePoint now);
    /// With the page of those for whom no server can be reached, or without any.
    event::Verdict part(std::shared_ptr<const std::string> page);
    std::shared_ptr<const std::string> sorry_page() const;
    event::Verdict say_farewell();
    event::Verdict finish();

    // Counting, and what is logged: session_books.cpp, session_log.cpp
    void count(std::uint64_t balance::ServiceCounters::*what);
    void count_choice(Choice by);
    void keep_books();
    Shared& shared() const;
    void set_cause(char first_event, char phase);
    void judge_relay();
    SessionRecord record(TimePoint now) const;
    ClientFacts& facts();
    bool keeps_facts() const;
    void remember_for_log();
    bool went_wrong() const;
    bool is_worth_a_line() const;
    void log_start();
    void fill_queue(SessionRecord& session, TimePoint now) const;
    void log_early();
    void log_end();
    void log_session(SessionEvent event);
    void send_line(SessionEvent event, const SessionRecord& session, Level level);

    BoundListener& listener_;
    Terms& terms_;
    const Route* route_;  ///< of terms_
    relay::Relay relay_;
    event::Timer timer_;
    event::Deferred next_turn_;
    balance::Server* server_ = nullptr;                           ///< counts this session while it holds it
    balance::Server* last_server_ = nullptr;                      ///< the one for the log
    std::unique_ptr<std::vector<const balance::Server*>> tried_;  ///< in this round; null until one fails
    std::unique_ptr<relay::Farewell> farewell_;
    std::unique_ptr<ClientFacts> facts_;  ///< null where the connection says all
    os::PeerAddress peer_;
    TimePoint accepted_at_;
    WallTime accepted_wall_;
    std::int32_t silent_ms_ = 0;    ///< before the first attempt: header, first word, content rules
    std::int32_t connect_ms_ = -1;  ///< from the first attempt, without the time in queues
    relay::RetryPlan retries_;
    Phase phase_;
    bool first_word_known_ = false;
    bool redispatched_ = false;
    char killed_ = '\0';      ///< by which cause
    char cause_ = '-';        ///< termination state, first letter
    char cause_phase_ = '-';  ///< second letter
};

}  // namespace spliced::proxy
