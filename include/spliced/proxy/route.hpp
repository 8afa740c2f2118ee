// The way from one frontend to one backend: what holds for sessions that take it.
#pragma once

#include "spliced/config/config.hpp"
#include "spliced/relay/relay.hpp"
#include "spliced/relay/retry_plan.hpp"

namespace spliced::proxy {

class Backend;

/// Part of the Terms of a frontend; a value that refers into their configuration.
struct Route {
    /// Nowhere: no server can be reached.
    explicit Route(const config::Frontend& front);
    Route(const config::Frontend& front, const config::Backend& settings, Backend& the_backend);

    const config::Backend* back = nullptr;  ///< null where no server can be reached
    Backend* backend = nullptr;             ///< the same one at work
    relay::IdleLimits idle_limits;
    relay::RetryPlan::Rules retry_rules;
    Duration queue_limit{};          ///< `timeout queue`, else `timeout connect`; zero is infinite
    bool servers_are_local = false;  ///< all of them are on this machine
};

}  // namespace spliced::proxy
