// One attempt to learn how a server is, by whatever means. It is made, and made again, by a Checker, which
// bounds its time.
#pragma once

#include "spliced/balance/server.hpp"
#include "spliced/event/loop.hpp"

namespace spliced::check {

/// Who waits for the outcome. Implemented by the checker.
class ProbeOwner {
  public:
    /// A connection stands: the time that an answer may take begins.
    virtual void on_probe_connected() = 0;
    virtual void on_probe_over(balance::CheckResult result) = 0;

  protected:
    ~ProbeOwner() = default;
};

class Probe {
  public:
    Probe() = default;
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;
    virtual ~Probe() = default;

    /// May be over before it returns.
    virtual void begin() = 0;
    /// Its time has run out: what to say of that.
    virtual balance::CheckResult time_out() = 0;
    /// Lets go of everything that it holds.
    virtual void stop() = 0;
};

}  // namespace spliced::check
