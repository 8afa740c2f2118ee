#include "spliced/proxy/terms.hpp"

#include <utility>

namespace spliced::proxy {
namespace {

Route usual_route(const config::Config& config, const config::Frontend& front, Backend* backend) {
    if (!front.backend || !backend) return Route(front);
    return {front, config.backends[*front.backend], *backend};
}

}  // namespace

Terms::Terms(std::shared_ptr<const config::Config> whole, const config::Frontend& frontend, Backend* backend)
    : config(std::move(whole)),
      front(frontend),
      undecided(front),
      usual(usual_route(*config, front, backend)) {}

}  // namespace spliced::proxy
