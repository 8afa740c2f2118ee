#include "spliced/balance/hash_ring.hpp"

#include <algorithm>

#include "spliced/balance/hash.hpp"

namespace spliced::balance {
namespace {

// HAProxy's SRV_EWGHT_RANGE: the most points of a server, so that no two servers share one by their numbers.
constexpr std::uint32_t points_of_a_server = 256 * weight_unit;

bool is_before(const HashRing::Point& a, const HashRing::Point& b) {
    return a.at < b.at;
}

}  // namespace

void HashRing::add(Server& server) {
    auto old_end = static_cast<std::ptrdiff_t>(points_.size());
    std::uint32_t first = server.settings().id * points_of_a_server;
    for (std::uint32_t i = 0; i < server.effective_weight(); ++i)
        points_.push_back({avalanche(first + i), &server});
    std::sort(points_.begin() + old_end, points_.end(), is_before);
    std::inplace_merge(points_.begin(), points_.begin() + old_end, points_.end(), is_before);
}

void HashRing::remove(const Server& server) {
    std::erase_if(points_, [&](const Point& point) { return point.server == &server; });
}

std::size_t HashRing::nearest(std::uint32_t hash) const {
    auto found = std::lower_bound(points_.begin(), points_.end(), Point{hash, nullptr}, is_before);
    auto next = static_cast<std::size_t>(found - points_.begin()) % points_.size();
    auto previous = (next + points_.size() - 1) % points_.size();
    // Distances on a ring of 32 bits: the arithmetic wraps as the ring does.
    std::uint32_t back = hash - points_[previous].at;
    std::uint32_t ahead = points_[next].at - hash;
    return back <= ahead ? previous : next;
}

}  // namespace spliced::balance
