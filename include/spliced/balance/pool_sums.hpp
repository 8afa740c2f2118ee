// What a pool of servers comes to at this moment, as the fetches nbsrv, queue, avg_queue, be_conn_free and
// connslots of HAProxy's configuration manual count it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "spliced/balance/server_pool.hpp"

namespace spliced::balance {

/// Of several backup servers without `option allbackups` only one serves.
std::size_t serving_servers(const ServerPool& pool);

/// Requests that wait, for any server or for a certain one.
std::size_t waiting_requests(const ServerPool& pool);
/// For each server that serves, rounded up; where none does, twice as bad.
std::size_t average_queue(const ServerPool& pool);

/// Connections that the servers may still have; -1 where one of them has no limit.
std::int64_t free_connections(const ServerPool& pool);
/// The same with the room in the servers' own queues.
std::int64_t connection_slots(const ServerPool& pool);

}  // namespace spliced::balance
