#include "spliced/balance/ordered_servers.hpp"

namespace spliced::balance {

void OrderedServers::put(std::size_t place, Entry entry) {
    heap_[place] = entry;
    entry.server->place_ = place;
}

void OrderedServers::insert(Server& server, OrderKey key) {
    heap_.push_back({key, &server});
    server.place_ = heap_.size() - 1;
    sift_up(heap_.size() - 1);
}

void OrderedServers::erase(const Server& server) {
    std::size_t place = server.place_;
    Entry last = heap_.back();
    heap_.pop_back();
    if (place == heap_.size()) return;
    put(place, last);
    sift_up(place);
    sift_down(last.server->place_);
}

void OrderedServers::change(const Server& server, OrderKey key) {
    heap_[server.place_].key = key;
    sift_up(server.place_);
    sift_down(server.place_);
}

void OrderedServers::sift_up(std::size_t place) {
    Entry moving = heap_[place];
    while (place > 0) {
        std::size_t parent = (place - 1) / 2;
        if (!(moving.key < heap_[parent].key)) break;
        put(place, heap_[parent]);
        place = parent;
    }
    put(place, moving);
}

void OrderedServers::sift_down(std::size_t place) {
    Entry moving = heap_[place];
    for (;;) {
        std::size_t child = 2 * place + 1;
        if (child >= heap_.size()) break;
        if (child + 1 < heap_.size() && heap_[child + 1].key < heap_[child].key) ++child;
        if (!(heap_[child].key < moving.key)) break;
        put(place, heap_[child]);
        place = child;
    }
    put(place, moving);
}

}  // namespace spliced::balance
