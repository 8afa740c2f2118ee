// Whether the clients of a listener speak first, learned from its last sessions.
//
// Where they do (HTTP, TLS), calling the server may wait a moment for their first bytes, which then ride on
// the handshake's last ACK: one segment less, and the server is not woken for a client that has nothing to
// say yet. A client that waits to be greeted is waited for in vain once; the next ones are not.
#pragma once

#include "spliced/base/clock.hpp"

namespace spliced::proxy {

class FirstWord {
  public:
    /// How long a client may take to its first bytes. Connecting to a server on this machine takes less than
    /// it takes to notice, so waiting for them costs the client nothing.
    static constexpr milliseconds patience{20};

    bool is_awaited() const { return in_time_ >= enough; }

    /// Of one session: did the client speak within `patience`, and before the server did?
    void learn(bool in_time) {
        if (!in_time)
            in_time_ = 0;
        else if (in_time_ < enough)
            ++in_time_;
    }

  private:
    static constexpr unsigned enough = 4;
    unsigned in_time_ = 0;  ///< sessions in a row
};

}  // namespace spliced::proxy
