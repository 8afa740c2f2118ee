#include "spliced/balance/queue.hpp"

#include <algorithm>

namespace spliced::balance {

void Ticket::leave() {
    if (queue_) queue_->leave(*this);
}

std::size_t Ticket::position() const {
    if (!queue_) return 0;
    if (!queue_->numbered_) queue_->number();
    return position_;
}

Queue::~Queue() {
    while (first_) leave(*first_);
}

void Queue::join(Ticket& ticket, TimePoint since) {
    ticket.leave();
    Ticket* before = last_;
    while (before && before->since_ > since) before = before->previous_;
    ticket.queue_ = this;
    ticket.since_ = since;
    ticket.previous_ = before;
    ticket.next_ = before ? before->next_ : first_;
    (before ? before->next_ : first_) = &ticket;
    (ticket.next_ ? ticket.next_->previous_ : last_) = &ticket;
    ticket.position_ = ++size_;
    if (ticket.next_) numbered_ = false;
    peak_ = std::max(peak_, size_);
}

void Queue::leave(Ticket& ticket) {
    if (ticket.next_) numbered_ = false;
    (ticket.previous_ ? ticket.previous_->next_ : first_) = ticket.next_;
    (ticket.next_ ? ticket.next_->previous_ : last_) = ticket.previous_;
    ticket.queue_ = nullptr;
    ticket.next_ = ticket.previous_ = nullptr;
    --size_;
    if (size_ == 0) numbered_ = true;
}

Ticket* Queue::first_for(const Server& server) const {
    for (Ticket* ticket = first_; ticket; ticket = ticket->next_)
        if (ticket->accepts(server)) return ticket;
    return nullptr;
}

void Queue::number() {
    std::size_t position = 0;
    for (Ticket* ticket = first_; ticket; ticket = ticket->next_) ticket->position_ = ++position;
    numbered_ = true;
}

}  // namespace spliced::balance
