// Sessions that wait for a place at a server: first come, first served.
#pragma once

#include <cstddef>

#include "spliced/base/clock.hpp"

namespace spliced::balance {

class Queue;
class Server;

/// One who waits; lives in its owner, knows its place, and leaves the queue with its owner. In one queue at a
/// time.
class Ticket {
  public:
    Ticket() = default;
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

    /// Its turn has come, and it has left the queue: a place at `server` is taken for it, or, where that is
    /// null, it is to choose anew. Called from the middle of others' work: note it, and act in the next turn.
    virtual void on_turn(Server* server) = 0;
    /// Whether a place at this server is of use.
    virtual bool accepts(const Server& server) const = 0;

    bool is_waiting() const { return queue_ != nullptr; }
    const Queue* queue() const { return queue_; }
    /// Since when it waits, or has waited; its age decides who comes first.
    TimePoint since() const { return since_; }
    /// From 1, the next to be served, on; 0 where it does not wait. As often as not found by a walk through
    /// the queue, which then knows the places of all.
    std::size_t position() const;
    void leave();

  protected:
    virtual ~Ticket() { leave(); }

  private:
    friend class Queue;
    Queue* queue_ = nullptr;
    Ticket* next_ = nullptr;
    Ticket* previous_ = nullptr;
    std::size_t position_ = 0;  ///< where Queue::numbered_
    TimePoint since_{};
};

/// Must outlive its tickets' stay.
class Queue {
  public:
    Queue() = default;
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;
    ~Queue();

    /// Behind all who have waited as long or longer: at the end, unless it returns to an older claim.
    void join(Ticket& ticket, TimePoint since);
    void leave(Ticket& ticket);

    /// The oldest that a place at this server is of use to; null where there is none.
    Ticket* first_for(const Server& server) const;
    Ticket* first() const { return first_; }

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    /// The most at one time: qmax.
    std::size_t peak() const { return peak_; }
    void forget_peak() { peak_ = size_; }

  private:
    friend class Ticket;
    void number();

    Ticket* first_ = nullptr;
    Ticket* last_ = nullptr;
    std::size_t size_ = 0;
    std::size_t peak_ = 0;
    bool numbered_ = true;  ///< each ticket's position_ is true
};

}  // namespace spliced::balance
