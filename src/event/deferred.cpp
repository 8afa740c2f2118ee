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

void DeferredList::run(int most) {
    // What is scheduled meanwhile goes behind the mark and waits for another turn. Running one item may
    // destroy any other: its destructor takes it out of the ring.
    append(mark_);
    for (int done = 0; done < most && head_.next_ != &mark_; ++done) {
        Deferred& first = *head_.next_;
        first.cancel();
        first.run_(first.owner_);
    }
    mark_.cancel();
}

}  // namespace spliced::event
