// What the commands of the statistics socket work on.
#pragma once

#include <memory>
#include <string>

#include "spliced/base/clock.hpp"
#include "spliced/config/config.hpp"
#include "spliced/control/usage_meter.hpp"
#include "spliced/event/loop.hpp"
#include "spliced/proxy/engine.hpp"

namespace spliced::control {

/// Takes over a changed configuration in the running process. Implemented by whoever owns the reload.
class Reloader {
  public:
    /// What the operator is told: what changed, or which mistakes there are. Ends with a line end.
    virtual std::string reload() = 0;
    /// Of the last reload: when, and what came of it.
    virtual std::string show() const = 0;

  protected:
    ~Reloader() = default;
};

/// Lives as long as the process serves.
struct Admin {
    event::Loop& loop;
    proxy::Engine& engine;
    std::shared_ptr<const config::Config> config;  ///< the one in force
    const LogSinkPool& log_pool;
    proxy::Capacity capacity;      ///< as computed at the start
    mutable UsageMeter usage;      ///< looking changes what it compares with
    Reloader* reloader = nullptr;  ///< may be null
};

}  // namespace spliced::control
