#include "spliced/balance/static_round_robin.hpp"

namespace spliced::balance {

Server* StaticRoundRobin::pick(const Request& request) {
    if (next_ >= map_.places().size()) next_ = 0;
    return next_from(next_, [&](const Server& server) { return may_take(request, server); });
}

}  // namespace spliced::balance
