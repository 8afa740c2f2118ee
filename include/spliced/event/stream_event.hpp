// Readiness of a data socket or a listener, straight from epoll.
//
// They live in an epoll instance of their own, which libevent watches as one descriptor among its
// others. libevent's own registration would do but for one thing: it reports EPOLLERR as "readable and
// writable", which is also what ordinary data look like. A reset that arrives together with the last bytes
// would then either be missed (edge-triggered, and a short read is not followed by another event) or cost one
// more recv(2) for every message. What comes with it: a socket costs 32 bytes here instead of 128, and leaves
// epoll by being closed instead of by one more system call.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>

#include "spliced/base/clock.hpp"
#include "spliced/base/unique_fd.hpp"
#include "spliced/event/handler.hpp"

namespace spliced::event {

class Loop;

/// What has become possible since the last time.
struct Ready {
    bool read = false;
    bool write = false;
    bool closed = false;  ///< the peer sent FIN (EPOLLRDHUP)
    bool urgent = false;  ///< TCP urgent data (EPOLLPRI): reads stop short at its mark, tcp(7)
    bool error = false;   ///< the connection is lost, or could not be made (EPOLLERR); SO_ERROR says how
};

/// Watches one socket; a member of its owner, which must close the socket right after stop() or the
/// destructor (nothing else takes it out of epoll), or leave() first.
class StreamEvent {
  public:
    StreamEvent() = default;
    StreamEvent(const StreamEvent&) = delete;
    StreamEvent& operator=(const StreamEvent&) = delete;
    ~StreamEvent() { stop(); }

    /// Registers once, edge-triggered, for read, write and close together: no epoll_ctl on the data path. The
    /// owner must remember readiness until a system call says EAGAIN. False where the kernel refuses (ENOMEM,
    /// ENOSPC).
    template <auto Method, typename Owner>
    bool watch(Loop& loop, int fd, Owner& owner) {
        owner_ = &owner;
        deliver_ = [](void* opaque, Ready ready) { deliver<Method>(*static_cast<Owner*>(opaque), ready); };
        return start(loop, fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLET);
    }

    /// Registers a listening socket, level-triggered: it comes back until nobody waits to be accepted.
    template <auto Method, typename Owner>
    bool watch_listener(Loop& loop, int fd, Owner& owner) {
        owner_ = &owner;
        deliver_ = [](void* opaque, Ready) { deliver<Method>(*static_cast<Owner*>(opaque)); };
        return start(loop, fd, EPOLLIN);
    }

    void stop();
    /// Like stop(), for a socket that stays open.
    void leave(int fd);
    bool watching() const { return poller_ != nullptr; }

  private:
    friend class Poller;
    bool start(Loop& loop, int fd, std::uint32_t events);

    class Poller* poller_ = nullptr;
    void* owner_ = nullptr;
    void (*deliver_)(void*, Ready) = nullptr;
};

/// The epoll instance of data sockets and listeners. The loop owns it and calls collect() when it has
/// something to tell.
class Poller {
  public:
    explicit Poller(UniqueFd epoll) : epoll_(std::move(epoll)) {}
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

    int fd() const { return epoll_.get(); }

    /// Delivers one batch of events, waiting up to `patience` for the first. False where there was none.
    bool collect(milliseconds patience);
    /// What is delivered now came together with other events.
    bool is_busy() const { return count_ > 1; }

  private:
    friend class StreamEvent;
    bool add(int fd, std::uint32_t events, StreamEvent& event);
    void remove(int fd);
    /// An event that is in the batch already must not reach an owner that has gone.
    void forget(const StreamEvent& event);

    UniqueFd epoll_;
    std::array<epoll_event, 64> batch_{};
    int count_ = 0;
    int at_ = 0;
};

}  // namespace spliced::event
