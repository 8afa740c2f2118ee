#include "spliced/proxy/session_table.hpp"

#include <utility>

namespace spliced::proxy {

SessionTable::~SessionTable() {
    observer_ = nullptr;
    while (first_) destroy(*first_);
}

bool SessionTable::open(BoundListener& listener, os::Accepted accepted, bool begins_with_header,
                        std::unique_ptr<TrackedEntries> tracked) {
    Session* session = slab_.create(listener, std::move(accepted), begins_with_header, std::move(tracked));
    if (!session) return false;
    session->next = first_;
    if (first_) first_->previous = session;
    first_ = session;
    ++size_;
    if (!session->start()) destroy(*session);
    return true;
}

void SessionTable::destroy(Session& session) {
    if (session.next) session.next->previous = session.previous;
    (session.previous ? session.previous->next : first_) = session.next;
    slab_.destroy(&session);
    if (--size_ == 0 && observer_) observer_->on_last_session_gone();
}

void SessionTable::kill_all() {
    for_each([](Session& session) { session.kill(); });
}

}  // namespace spliced::proxy
