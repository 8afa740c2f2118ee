#include "spliced/balance/balancer.hpp"

#include <algorithm>

#include "spliced/balance/consistent_hash.hpp"
#include "spliced/balance/first.hpp"
#include "spliced/balance/least_connections.hpp"
#include "spliced/balance/map_hash.hpp"
#include "spliced/balance/random_choice.hpp"
#include "spliced/balance/round_robin.hpp"
#include "spliced/balance/static_round_robin.hpp"

namespace spliced::balance {

using config::Algorithm;

namespace {

// No secret, and different for each start; a device of random numbers may be out of reach in the sandbox.
std::uint64_t seed() {
    return static_cast<std::uint64_t>(Clock::now().time_since_epoch().count());
}

}  // namespace

std::unique_ptr<Balancer> make_balancer(const config::Backend& settings) {
    switch (settings.algorithm) {
        case Algorithm::roundrobin:
            return std::make_unique<RoundRobin>();
        case Algorithm::static_rr:
            return std::make_unique<StaticRoundRobin>();
        case Algorithm::first:
            return std::make_unique<First>(First::By::id);
        case Algorithm::random:
            return std::make_unique<RandomChoice>(settings.random_draws, seed());
        case Algorithm::source:
        case Algorithm::hash:
            if (settings.hash_type.consistent) return std::make_unique<ConsistentHash>(settings);
            return std::make_unique<MapHash>(settings);
        case Algorithm::leastconn:
            break;
    }
    return std::make_unique<LeastConnections>();
}

std::unique_ptr<Balancer> make_first_of_file() {
    return std::make_unique<First>(First::By::place);
}

bool has_dynamic_weights(const config::Backend& settings) {
    bool hashes = settings.algorithm == Algorithm::source || settings.algorithm == Algorithm::hash;
    return hashes ? settings.hash_type.consistent : settings.algorithm != Algorithm::static_rr;
}

bool contains(Tried tried, const Server& server) {
    return std::find(tried.begin(), tried.end(), &server) != tried.end();
}

}  // namespace spliced::balance
