#include "spliced/proxy/terms.hpp"

#include <algorithm>

namespace spliced::proxy {
namespace {

relay::IdleLimits limits_of(const config::Frontend& front, const config::Backend* back) {
    relay::IdleLimits limits;
    limits.open = {front.timeout_client, Duration::zero()};
    limits.half_closed = {front.timeout_client_fin, Duration::zero()};
    if (!back) return limits;
    limits.open[1] = back->timeout_server;
    limits.half_closed[1] = back->timeout_server_fin;
    if (back->timeout_tunnel) limits.tunnel = *back->timeout_tunnel;
    return limits;
}

}  // namespace

Terms::Terms(std::shared_ptr<const config::Config> whole, const config::Frontend& frontend,
             Backend* the_backend)
    : config(std::move(whole)),
      front(frontend),
      back(frontend.backend ? &config->backends[*frontend.backend] : nullptr),
      backend(the_backend),
      idle_limits(limits_of(front, back)) {
    if (!back) return;
    retry_rules = {back->retries, back->redispatch, back->timeout_connect};
    servers_are_local = std::ranges::all_of(
        back->servers, [](const config::Server& server) { return server.address.is_local(); });
}

}  // namespace spliced::proxy
