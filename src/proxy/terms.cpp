#include "spliced/proxy/terms.hpp"

#include <algorithm>
#include <utility>

namespace spliced::proxy {
namespace {

Route usual_route(const config::Config& config, const config::Frontend& front, Backend* backend) {
    if (!front.backend || !backend) return Route(front);
    return {front, config.backends[*front.backend], *backend};
}

std::vector<Route> ruled_routes(const config::Config& config, const config::Frontend& front,
                                const std::vector<Backend*>& backends) {
    std::vector<Route> routes;
    const auto& rules = front.rules.backends;
    for (std::size_t i = 0; i < rules.size(); ++i)
        routes.emplace_back(front, config.backends[rules[i].backend], *backends[i]);
    return routes;
}

}  // namespace

Terms::Terms(std::shared_ptr<const config::Config> whole, const config::Frontend& frontend, Backend* backend,
             const std::vector<Backend*>& ruled_backends)
    : config(std::move(whole)),
      front(frontend),
      undecided(front),
      usual(usual_route(*config, front, backend)),
      ruled(ruled_routes(*config, front, ruled_backends)) {}

bool Terms::lead_to(const Backend& backend) const {
    return usual.backend == &backend ||
           std::ranges::any_of(ruled, [&](const Route& route) { return route.backend == &backend; });
}

}  // namespace spliced::proxy
