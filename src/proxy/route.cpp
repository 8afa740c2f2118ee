#include "spliced/proxy/route.hpp"

#include <algorithm>

namespace spliced::proxy {

Route::Route(const config::Frontend& front) {
    idle_limits.open = {front.timeout_client, Duration::zero()};
    idle_limits.half_closed = {front.timeout_client_fin, Duration::zero()};
}

Route::Route(const config::Frontend& front, const config::Backend& settings, Backend& the_backend)
    : Route(front) {
    back = &settings;
    backend = &the_backend;
    idle_limits.open[1] = settings.timeout_server;
    idle_limits.half_closed[1] = settings.timeout_server_fin;
    if (settings.timeout_tunnel) idle_limits.tunnel = *settings.timeout_tunnel;
    retry_rules = {settings.retries, settings.redispatch, settings.timeout_connect};
    queue_limit = settings.timeout_queue.value_or(settings.timeout_connect);
    servers_are_local = std::ranges::all_of(
        settings.servers, [](const config::Server& server) { return server.address.is_local(); });
}

}  // namespace spliced::proxy
