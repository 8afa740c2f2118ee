#include "spliced/proxy/capacity.hpp"

#include <algorithm>

namespace spliced::proxy {
namespace {

// stdin, stdout, stderr, two epolls, libevent's pair for signals, a terminal opened anew by each of two log
// writers, the line to the service manager, the socket for a process that takes over and one that asks there,
// and three for what libraries open for a moment.
constexpr std::size_t own_descriptors = 15;

std::size_t minus(std::size_t a, std::size_t b) {
    return a > b ? a - b : 0;
}

}  // namespace

Capacity compute_capacity(const CapacityDemand& demand) {
    Capacity capacity;
    capacity.reserved = own_descriptors + demand.listeners + demand.checks + demand.log_sinks + demand.admin +
                        demand.page + 2 * demand.name_servers;
    std::size_t left = minus(demand.descriptors, capacity.reserved);
    std::size_t fits = left / 2;
    if (demand.splice && demand.maxpipes)
        fits = minus(left, std::size_t{2} * *demand.maxpipes) / 2;
    else if (demand.splice)
        fits = left * 2 / 5;
    capacity.maxconn = std::min<std::size_t>(demand.maxconn.value_or(static_cast<unsigned>(fits)), fits);
    capacity.lowered = demand.maxconn && *demand.maxconn > fits;
    if (demand.splice) capacity.maxpipes = demand.maxpipes.value_or(0);
    if (demand.splice && !demand.maxpipes)
        capacity.maxpipes = std::max<std::size_t>(capacity.maxconn / 4, capacity.maxconn > 0 ? 1 : 0);
    return capacity;
}

}  // namespace spliced::proxy
