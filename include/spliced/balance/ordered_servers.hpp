// Servers in the order of a key that changes often: a binary heap. Each server knows its place in it, so that
// a change costs a logarithm of the number of servers, no search and no allocation. A server is in one order
// at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "spliced/balance/balancer.hpp"

namespace spliced::balance {

/// Smaller comes first; among equals the smaller `tie`.
struct OrderKey {
    std::uint64_t value = 0;
    std::uint64_t tie = 0;
    friend bool operator<(const OrderKey& a, const OrderKey& b) {
        return a.value != b.value ? a.value < b.value : a.tie < b.tie;
    }
};

class OrderedServers {
  public:
    void insert(Server& server, OrderKey key);
    void erase(const Server& server);
    /// Moves a server that is in the order to where its new key belongs.
    void change(const Server& server, OrderKey key);

    bool contains(const Server& server) const {
        return server.place_ < heap_.size() && heap_[server.place_].server == &server;
    }
    std::size_t size() const { return heap_.size(); }
    bool empty() const { return heap_.empty(); }

    OrderKey key_of(const Server& server) const { return heap_[server.place_].key; }
    Server& first() const { return *heap_.front().server; }
    /// The first of which `is_good` holds, null where there is none. Linear unless it is the first of all.
    template <typename Good>
    Server* first_where(Good is_good) const {
        const Entry* best = nullptr;
        if (!empty() && is_good(first())) return &first();
        for (const Entry& entry : heap_)
            if (is_good(*entry.server) && (!best || entry.key < best->key)) best = &entry;
        return best ? best->server : nullptr;
    }

  private:
    struct Entry {
        OrderKey key;
        Server* server;
    };

    void sift_up(std::size_t place);
    void sift_down(std::size_t place);
    void put(std::size_t place, Entry entry);

    std::vector<Entry> heap_;
};

}  // namespace spliced::balance
