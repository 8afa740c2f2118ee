// The weight of a server that came back grows from little to all of it: `slowstart`.
#pragma once

#include "spliced/base/clock.hpp"

namespace spliced::balance {

/// Weights are reckoned in sixteenths, as HAProxy does (BE_WEIGHT_SCALE).
inline constexpr unsigned weight_unit = 16;

/// How far a server is in its slow start; `whole` is above 0.
class SlowStart {
  public:
    SlowStart(TimePoint since, Duration whole) : since_(since), whole_(whole) {}

    bool is_over(TimePoint now) const { return now - since_ >= whole_; }
    /// 1 to 16, in even steps.
    unsigned sixteenths(TimePoint now) const {
        if (is_over(now)) return weight_unit;
        return static_cast<unsigned>((now - since_) * weight_unit / whole_) + 1;
    }
    /// When sixteenths() changes, or it is over.
    TimePoint next_step(TimePoint now) const {
        return since_ + (whole_ * sixteenths(now) + Duration(weight_unit - 1)) / weight_unit;
    }
    /// 0 to 100, for limits.
    unsigned percent(TimePoint now) const {
        return is_over(now) ? 100 : static_cast<unsigned>((now - since_) * 100 / whole_);
    }

  private:
    TimePoint since_;
    Duration whole_;
};

}  // namespace spliced::balance
