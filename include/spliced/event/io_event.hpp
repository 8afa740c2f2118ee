// Readiness of a descriptor.
#pragma once

#include <event2/event.h>
#include <event2/event_struct.h>

#include "spliced/event/handler.hpp"
#include "spliced/event/loop.hpp"

namespace spliced::event {

/// What has become possible since the last time. An error on the descriptor shows as read and write together
/// without closed, which is how libevent's epoll backend translates EPOLLERR.
struct Ready {
    bool read = false;
    bool write = false;
    bool closed = false;  ///< the peer sent FIN (EPOLLRDHUP): read until end of stream
};

/// Watches one descriptor; a member of its owner, declared after the descriptor so that it goes first.
class IoEvent {
  public:
    IoEvent() = default;
    IoEvent(const IoEvent&) = delete;
    IoEvent& operator=(const IoEvent&) = delete;
    ~IoEvent() { stop(); }

    /// Registers once, edge-triggered, for read, write and close together: no epoll_ctl on the data path.
    /// The owner must remember readiness until a system call says EAGAIN. False where the kernel refuses.
    template <auto Method, typename Owner>
    bool watch_stream(Loop& loop, int fd, Owner& owner, Priority priority = Priority::traffic) {
        return start(loop, fd, EV_READ | EV_WRITE | EV_CLOSED | EV_ET | EV_PERSIST, priority,
                     &trampoline<Method, Owner>, &owner);
    }

    /// Level-triggered, for reading only: a listener comes back every turn until its backlog is empty.
    template <auto Method, typename Owner>
    bool watch_readable(Loop& loop, int fd, Owner& owner, Priority priority = Priority::traffic) {
        return start(loop, fd, EV_READ | EV_PERSIST, priority, &trampoline<Method, Owner>, &owner);
    }

    void stop();
    bool watching() const { return watching_; }

  private:
    template <auto Method, typename Owner>
    static void trampoline(evutil_socket_t, short what, void* owner) {
        Ready ready{(what & EV_READ) != 0, (what & EV_WRITE) != 0, (what & EV_CLOSED) != 0};
        deliver<Method>(*static_cast<Owner*>(owner), ready);
    }

    bool start(Loop& loop, int fd, short what, Priority priority, event_callback_fn callback, void* owner);

    ::event event_;
    bool watching_ = false;
};

}  // namespace spliced::event
