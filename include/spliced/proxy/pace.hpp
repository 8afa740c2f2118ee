// A rate that may have a limit: so many a second, then a wait for the next slot.
#pragma once

#include "spliced/base/rate.hpp"
#include "spliced/event/timer.hpp"

namespace spliced::proxy {

/// Who pauses and resumes. Implemented by the frontend, for its own rate, and by the engine for the
/// process's.
class PaceObserver {
  public:
    virtual void on_pace_changed() = 0;

  protected:
    ~PaceObserver() = default;
};

/// Member of what it bounds. The rate is HAProxy's: in any second that ends now there are no more than the
/// limit allows, so with 5 five pass at once, and 1 s later one each 200 ms.
class Pace {
  public:
    Pace(event::Loop& loop, const Rate& rate) : loop_(loop), rate_(rate) {
        slot_.bind<&Pace::on_slot>(loop, *this);
    }

    void observe(PaceObserver& observer) { observer_ = &observer; }

    /// 0: none.
    void set_limit(unsigned limit);
    unsigned limit() const { return limit_; }

    /// No slot is free: wait for on_pace_changed().
    bool is_closed() const { return closed_; }
    /// The rate has counted one. True where that was the last slot.
    bool on_count(TimePoint now);

    event::Verdict on_slot();
    void dispose() {}

  private:
    bool look(TimePoint now);

    event::Loop& loop_;
    const Rate& rate_;
    PaceObserver* observer_ = nullptr;
    unsigned limit_ = 0;
    bool closed_ = false;
    event::Timer slot_;  ///< fires when the next one is free
};

}  // namespace spliced::proxy
