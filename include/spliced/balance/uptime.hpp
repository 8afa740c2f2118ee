// How long something has been up or down: a server, or the farm behind a backend.
#pragma once

#include <cstdint>

#include "spliced/base/clock.hpp"

namespace spliced::balance {

class Uptime {
  public:
    Uptime(bool up, TimePoint now) : up_(up), changed_(now) {}

    /// Tells of the state, which may be the old one. A server in maintenance counts as down.
    void turn(bool up, TimePoint now) {
        if (up == up_) return;
        if (up_)
            ++downs_;
        else
            down_before_ += now - changed_;
        up_ = up;
        changed_ = now;
    }
    /// A change that is neither up nor down: into or out of a drain.
    void touch(TimePoint now) {
        if (!up_) down_before_ += now - changed_;
        changed_ = now;
    }

    /// What is past counts no more.
    void forget() {
        down_before_ = Duration::zero();
        downs_ = 0;
    }

    bool up() const { return up_; }
    /// HAProxy's lastchg.
    Duration since_change(TimePoint now) const { return now - changed_; }
    /// HAProxy's downtime: all of it, the current one included.
    Duration down(TimePoint now) const { return down_before_ + (up_ ? Duration::zero() : now - changed_); }
    /// Times that it went from up to down; a backend's chkdown.
    std::uint64_t downs() const { return downs_; }

  private:
    bool up_;
    TimePoint changed_;
    Duration down_before_{};
    std::uint64_t downs_ = 0;
};

}  // namespace spliced::balance
