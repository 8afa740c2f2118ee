// `bwlim-*` of a listener: the limits that all its sessions share, and those that each of them gets.
#pragma once

#include "spliced/config/config.hpp"
#include "spliced/relay/relay.hpp"

namespace spliced::proxy {

/// Owned by a BoundListener, whose sessions refer to it; made when a limit is set for the first time.
class ListenerBandwidth {
  public:
    static bool is_wanted(const config::Bind& settings) {
        return (settings.bwlim_in | settings.bwlim_out | settings.bwlim_in_each | settings.bwlim_out_each) !=
               0;
    }

    /// What is shared changes for the running sessions, too; limits of their own they keep.
    void adopt(const config::Bind& settings);
    void limit(relay::Relay& relay);

  private:
    struct Direction {
        relay::TokenBucket sum{{}};
        relay::TokenBucket::Rate each;
        bool wanted = false;
    };

    Direction in_;
    Direction out_;
};

}  // namespace spliced::proxy
