// Work put off to the loop's next round: what a fat flow has left over, and the reaping of what others
// marked.
#pragma once

#include "spliced/event/handler.hpp"

namespace spliced::event {

class Loop;

/// A member of its owner; waits in a list of the loop at most once. Its destructor takes it out of the list.
class Deferred {
  public:
    template <auto Method, typename Owner>
    void bind(Loop& loop, Owner& owner) {
        loop_ = &loop;
        owner_ = &owner;
        run_ = [](void* opaque) { deliver<Method>(*static_cast<Owner*>(opaque)); };
    }

    Deferred() = default;
    Deferred(const Deferred&) = delete;
    Deferred& operator=(const Deferred&) = delete;
    ~Deferred() { cancel(); }

    /// Runs once in the next round, which may belong to the next turn; asking twice runs it once.
    void schedule();
    void cancel();
    bool scheduled() const { return next_ != nullptr; }

  private:
    friend class DeferredList;

    Loop* loop_ = nullptr;
    void* owner_ = nullptr;
    void (*run_)(void*) = nullptr;
    Deferred* next_ = nullptr;
    Deferred* previous_ = nullptr;
};

/// A ring of waiting work; `head_` is its sentinel.
class DeferredList {
  public:
    DeferredList() { head_.next_ = head_.previous_ = &head_; }
    DeferredList(const DeferredList&) = delete;
    DeferredList& operator=(const DeferredList&) = delete;
    ~DeferredList() { head_.next_ = head_.previous_ = nullptr; }

    bool empty() const { return head_.next_ == &head_; }
    void append(Deferred& item);
    /// Runs up to `most` of what waits now, the oldest first. What is scheduled meanwhile waits for a later
    /// turn.
    void run(int most);

  private:
    Deferred head_;
    Deferred mark_;  ///< the end of a round's share, while that round runs
};

}  // namespace spliced::event
