// What the commands of the statistics socket work on.
#pragma once

#include "spliced/base/log_sink.hpp"
#include "spliced/control/reload.hpp"
#include "spliced/control/usage_meter.hpp"
#include "spliced/event/loop.hpp"
#include "spliced/proxy/engine.hpp"

namespace spliced::control {

/// Lives as long as the process serves.
struct Admin {
    event::Loop& loop;
    proxy::Engine& engine;
    const LogSinkPool& log_pool;
    Reload& reload;
    mutable UsageMeter usage;  ///< looking changes what it compares with
};

}  // namespace spliced::control
