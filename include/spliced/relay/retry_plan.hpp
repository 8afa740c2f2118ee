// What to do after a failed attempt to connect, as a pure state machine.
//
// With redispatch another server is tried at once, each at most once a round; then comes a pause and a new
// round. `retries` counts the rounds then: a farm with more dead servers than that still has its living one
// found. Without it the same server is tried again after the pause, or at once where the attempt timed out
// (it has waited enough). HAProxy's rules, but for redispatch being on and immediate.
#pragma once

#include "spliced/base/clock.hpp"

namespace spliced::relay {

/// Why an attempt failed.
enum class Failure {
    refused,   ///< the server, or the way to it, said no
    timeout,   ///< nothing was heard within `timeout connect`
    shortage,  ///< this machine lacks a descriptor, memory or a port; the server is not to blame
};

class RetryPlan {
  public:
    struct Rules {
        unsigned retries = 3;  ///< attempts after the first, or rounds after the first
        bool redispatch = true;
        Duration connect_limit{};  ///< `timeout connect`; zero is infinite
    };

    enum class Next {
        other_server,  ///< one that this round has not tried
        new_round,     ///< any usable server again
        same_server,
        give_up,
    };
    struct Decision {
        Next next = Next::give_up;
        bool pause = false;  ///< first wait for pause()
    };

    /// `another`: a usable server exists that this round has not tried.
    Decision after(Failure failure, bool another, const Rules& rules);

    /// Attempts after the first, so far.
    unsigned retries() const { return retries_; }

    /// min(`timeout connect`, 1 s), as HAProxy.
    static Duration pause(const Rules& rules);

  private:
    unsigned retries_ = 0;
    unsigned charged_ = 0;  ///< against Rules::retries
};

}  // namespace spliced::relay
