// What a session was promised when it was accepted: the configuration of its frontend and backend at that
// moment.
#pragma once

#include <cstddef>
#include <memory>

#include "spliced/config/config.hpp"
#include "spliced/relay/relay.hpp"
#include "spliced/relay/retry_plan.hpp"

namespace spliced::proxy {

class Backend;

/// Who waits for old terms to be of no more use. Implemented by the engine.
class TermsObserver {
  public:
    /// The last session under terms of before is over; called from that session's end.
    virtual void on_terms_over() = 0;

  protected:
    ~TermsObserver() = default;
};

/// Of one frontend, from one reading of the files. The frontend owns the current ones; after a reload those
/// of before are kept until their last session is over (see Engine).
struct Terms {
    /// `backend` may be null; its settings are looked up in `config`.
    Terms(std::shared_ptr<const config::Config> whole, const config::Frontend& frontend,
          Backend* the_backend);

    std::shared_ptr<const config::Config> config;  ///< what the rest points into
    const config::Frontend& front;
    const config::Backend* back = nullptr;  ///< null where no server can be reached
    Backend* backend = nullptr;
    relay::IdleLimits idle_limits;
    relay::RetryPlan::Rules retry_rules;
    bool servers_are_local = false;     ///< all of them are on this machine
    std::size_t sessions = 0;           ///< that live under them
    TermsObserver* observer = nullptr;  ///< set when they have become terms of before

    /// A session under them is over.
    void leave() {
        if (--sessions == 0 && observer) observer->on_terms_over();
    }
};

}  // namespace spliced::proxy
