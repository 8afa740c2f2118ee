// The event loop: libevent on epoll, one thread.
#pragma once

#include <event2/event.h>
#include <event2/event_struct.h>

#include <memory>

#include "spliced/base/clock.hpp"
#include "spliced/base/result.hpp"
#include "spliced/event/deferred.hpp"
#include "spliced/event/stream_event.hpp"

namespace spliced::event {

/// Events of a turn run in this order: checks and signals before traffic, so that load cannot starve them.
/// Only rare events may be urgent, because libevent looks at the other kind only when none is active.
enum class Priority { urgent = 0, traffic = 1 };

/// Must be created after the process has forked for the last time (epoll descriptors do not survive a fork
/// well) and must outlive every event.
class Loop {
  public:
    static Result<std::unique_ptr<Loop>> create();

    /// Returns after stop().
    void run();
    /// Ends run() when the running handler returns.
    void stop();

    TimePoint now() const { return Clock::now(); }

    /// Used by Deferred::schedule().
    void defer(Deferred& work);

    event_base* base() const { return base_.get(); }
    /// Where data sockets and listeners are watched.
    Poller& streams() { return streams_; }
    /// Others are served in the same round.
    bool is_busy() const { return streams_.is_busy(); }

    Loop(event_base* base, UniqueFd epoll);
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop();

  private:
    bool watch_streams();
    void take_turn();
    bool serve(milliseconds patience);
    bool serve_after_lull();
    void schedule_turn();

    struct FreeBase {
        void operator()(event_base* base) const { event_base_free(base); }
    };
    std::unique_ptr<event_base, FreeBase> base_;
    ::event turn_;  ///< a timer of zero: libevent polls for I/O before it fires, so both take turns
    bool in_turn_ = false;
    int turns_without_lull_ = 0;  ///< still to come
    DeferredList deferred_;
    Poller streams_;
    ::event streams_ready_;
};

}  // namespace spliced::event
