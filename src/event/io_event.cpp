#include "spliced/event/io_event.hpp"

namespace spliced::event {

bool IoEvent::start(Loop& loop, int fd, short what, Priority priority, event_callback_fn callback,
                    void* owner) {
    stop();
    event_assign(&event_, loop.base(), fd, what, callback, owner);
    event_priority_set(&event_, static_cast<int>(priority));
    watching_ = event_add(&event_, nullptr) == 0;
    return watching_;
}

void IoEvent::stop() {
    if (!watching_) return;
    event_del(&event_);
    watching_ = false;
}

}  // namespace spliced::event
