#include "spliced/balance/balancer.hpp"

#include <algorithm>

#include "spliced/balance/first.hpp"
#include "spliced/balance/least_connections.hpp"
#include "spliced/balance/round_robin.hpp"

namespace spliced::balance {

std::unique_ptr<Balancer> make_balancer(config::Algorithm algorithm) {
    switch (algorithm) {
        case config::Algorithm::roundrobin:
            return std::make_unique<RoundRobin>();
        case config::Algorithm::first:
            return std::make_unique<First>();
        case config::Algorithm::leastconn:
            break;
    }
    return std::make_unique<LeastConnections>();
}

bool contains(Tried tried, const Server& server) {
    return std::find(tried.begin(), tried.end(), &server) != tried.end();
}

}  // namespace spliced::balance
