#include "spliced/balance/pool_sums.hpp"

#include <algorithm>

namespace spliced::balance {

std::size_t serving_servers(const ServerPool& pool) {
    return static_cast<std::size_t>(
        std::ranges::count_if(pool.servers(), [&](const auto& server) { return pool.serves_now(*server); }));
}

std::size_t waiting_requests(const ServerPool& pool) {
    std::size_t sum = pool.queue().size();
    for (const auto& server : pool.servers()) sum += server->queue.size();
    return sum;
}

std::size_t average_queue(const ServerPool& pool) {
    std::size_t servers = serving_servers(pool);
    std::size_t waiting = waiting_requests(pool);
    return servers > 0 ? (waiting + servers - 1) / servers : 2 * waiting;
}

std::int64_t free_connections(const ServerPool& pool) {
    std::int64_t sum = 0;
    for (const auto& server : pool.servers()) {
        if (!pool.serves_now(*server)) continue;
        if (server->limits().most == 0) return -1;
        auto room = static_cast<std::int64_t>(server->limit()) - server->connections();
        sum += std::max<std::int64_t>(room, 0);
    }
    return sum;
}

std::int64_t connection_slots(const ServerPool& pool) {
    std::int64_t sum = 0;
    for (const auto& server : pool.servers()) {
        const config::Server& settings = server->settings();
        if (!server->running()) continue;
        if (server->limits().most == 0 || settings.maxqueue == 0) return -1;
        auto used = static_cast<std::int64_t>(server->connections() + server->queue.size());
        sum += static_cast<std::int64_t>(server->limits().most) + settings.maxqueue - used;
    }
    return sum;
}

}  // namespace spliced::balance
