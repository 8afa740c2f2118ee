// What a session was promised when it was accepted: the configuration of its frontend, and of the backends it
// may be sent to, at that moment.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "spliced/config/config.hpp"
#include "spliced/proxy/route.hpp"

namespace spliced::proxy {

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
    /// `backend` is that of `default_backend`, and may be null; `ruled` are those of the frontend's
    /// `use_backend` rules, in their order. Their settings are looked up in `config`.
    Terms(std::shared_ptr<const config::Config> whole, const config::Frontend& frontend, Backend* backend,
          const std::vector<Backend*>& ruled);

    std::shared_ptr<const config::Config> config;  ///< what the rest points into
    const config::Frontend& front;
    const Route undecided;              ///< until it is known where a session goes
    const Route usual;                  ///< where sessions go that no rule sends elsewhere
    const std::vector<Route> ruled;     ///< of `use_backend`, in the order of the file
    std::size_t sessions = 0;           ///< that live under them
    TermsObserver* observer = nullptr;  ///< set when they have become terms of before

    /// They may still send a session there.
    bool lead_to(const Backend& backend) const;

    /// A session under them is over.
    void leave() {
        if (--sessions == 0 && observer) observer->on_terms_over();
    }
};

}  // namespace spliced::proxy
