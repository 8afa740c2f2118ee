#include "spliced/balance/map_hash.hpp"

namespace spliced::balance {

Server* MapHash::pick(const Request& request) {
    auto hash = hash_(request);
    if (!hash || map_.places().empty()) return StaticRoundRobin::pick(request);
    std::size_t place = *hash % map_.places().size();
    // Its own server, full or not: it waits there.
    return next_from(place, [&](const Server& server) { return !contains(request.tried, server); });
}

}  // namespace spliced::balance
