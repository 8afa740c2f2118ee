#include "spliced/event/deferred.hpp"

#include <utility>

#include "spliced/event/loop.hpp"

namespace spliced::event {

void Deferred::schedule() {
    if (!scheduled()) loop_->defer(*this);
}

void Deferred::cancel() {
    if (!scheduled()) return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = nullptr;
}

void DeferredList::append(Deferred& item) {
    item.previous_ = head_.previous_;
    item.next_ = &head_;
    head_.previous_->next_ = &item;
    head_.previous_ = &item;
}

void DeferredList::run_all() {
    if (empty()) return;
    // Moved to a ring of this turn's own, because running one item may destroy another: its destructor takes
    // it out of whichever ring it is in.
    DeferredList turn;
    turn.head_.next_ = head_.next_;
    turn.head_.previous_ = head_.previous_;
    turn.head_.next_->previous_ = turn.head_.previous_->next_ = &turn.head_;
    head_.next_ = head_.previous_ = &head_;
    while (!turn.empty()) {
        Deferred& first = *turn.head_.next_;
        first.cancel();
        first.run_(first.owner_);
    }
}

}  // namespace spliced::event
