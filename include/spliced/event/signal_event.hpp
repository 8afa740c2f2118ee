// A signal as an ordinary event of the loop.
#pragma once

#include <event2/event.h>
#include <event2/event_struct.h>

#include "spliced/event/handler.hpp"
#include "spliced/event/loop.hpp"

namespace spliced::event {

class SignalEvent {
  public:
    SignalEvent() = default;
    SignalEvent(const SignalEvent&) = delete;
    SignalEvent& operator=(const SignalEvent&) = delete;
    ~SignalEvent() {
        if (watching_) event_del(&event_);
    }

    template <auto Method, typename Owner>
    bool watch(Loop& loop, int number, Owner& owner) {
        evsignal_assign(&event_, loop.base(), number, &(trampoline<Method, Owner>), &owner);
        event_priority_set(&event_, static_cast<int>(Priority::urgent));
        watching_ = evsignal_add(&event_, nullptr) == 0;
        return watching_;
    }

  private:
    template <auto Method, typename Owner>
    static void trampoline(evutil_socket_t number, short, void* owner) {
        deliver<Method>(*static_cast<Owner*>(owner), static_cast<int>(number));
    }

    ::event event_;
    bool watching_ = false;
};

}  // namespace spliced::event
