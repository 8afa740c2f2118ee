// Readiness of a descriptor that is not on the data path: a check, a process that asks.
#pragma once

#include <event2/event.h>
#include <event2/event_struct.h>

#include "spliced/event/handler.hpp"
#include "spliced/event/loop.hpp"

namespace spliced::event {

/// Watches one descriptor, level-triggered: it comes back every turn until what it tells of is dealt with. A
/// member of its owner, declared after the descriptor so that it goes first.
class IoEvent {
  public:
    IoEvent() = default;
    IoEvent(const IoEvent&) = delete;
    IoEvent& operator=(const IoEvent&) = delete;
    ~IoEvent() { stop(); }

    /// A socket under way is writable when the connection is made, or has failed. False where the kernel
    /// refuses (ENOMEM, ENOSPC).
    template <auto Method, typename Owner>
    bool watch_writable(Loop& loop, int fd, Owner& owner, Priority priority = Priority::traffic) {
        return start(loop, fd, EV_WRITE | EV_PERSIST, priority, &trampoline<Method, Owner>, &owner);
    }

    /// Somebody waits to be accepted, or a message to be read.
    template <auto Method, typename Owner>
    bool watch_readable(Loop& loop, int fd, Owner& owner, Priority priority = Priority::traffic) {
        return start(loop, fd, EV_READ | EV_PERSIST, priority, &trampoline<Method, Owner>, &owner);
    }
    void stop();
    bool watching() const { return watching_; }

  private:
    template <auto Method, typename Owner>
    static void trampoline(evutil_socket_t, short, void* owner) {
        deliver<Method>(*static_cast<Owner*>(owner));
    }

    bool start(Loop& loop, int fd, short what, Priority priority, event_callback_fn callback, void* owner);

    ::event event_;
    bool watching_ = false;
};

}  // namespace spliced::event
