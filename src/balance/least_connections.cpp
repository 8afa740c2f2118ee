#include "spliced/balance/least_connections.hpp"

namespace spliced::balance {
namespace {

// HAProxy's scale: weights times 16 against a highest weight of 4096, in whole numbers, so that its ties are
// ours.
constexpr std::uint64_t scale = 4096;

}  // namespace

OrderKey LeastConnections::key_for(const Server& server) {
    std::uint64_t load = server.connections();
    return {load == 0 ? 0 : (load + 1) * scale / server.effective_weight(), ++changes_};
}

void LeastConnections::add(Server& server, std::size_t) {
    order_.insert(server, key_for(server));
}

void LeastConnections::remove(Server& server) {
    order_.erase(server);
}

Server* LeastConnections::pick(const Request& request) {
    return order_.first_where([&](const Server& server) { return may_take(request, server); });
}

void LeastConnections::on_load_change(Server& server) {
    if (order_.contains(server)) order_.change(server, key_for(server));
}

}  // namespace spliced::balance
