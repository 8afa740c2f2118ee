#include "spliced/balance/static_round_robin.hpp"

namespace spliced::balance {

Server* StaticRoundRobin::next_from(std::size_t& place, const Request& request) {
    const auto& places = map_.places();
    for (std::size_t i = 0; i < places.size(); ++i) {
        Server& server = *places[place];
        place = (place + 1) % places.size();
        if (may_take(request, server)) return &server;
    }
    return nullptr;
}

Server* StaticRoundRobin::pick(const Request& request) {
    if (next_ >= map_.places().size()) next_ = 0;
    return next_from(next_, request);
}

}  // namespace spliced::balance
