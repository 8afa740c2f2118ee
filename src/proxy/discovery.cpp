#include "spliced/proxy/discovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace spliced::proxy {
namespace {

using resolve::Kind;
using resolve::NameWatch;
using resolve::Place;

/// HAProxy's words where an address was known already.
const std::string from_memory = "DNS cache";

std::vector<Kind> address_kinds(const config::Naming& naming) {
    if (naming.family == AF_INET) return {Kind::ipv4};
    if (naming.family == AF_INET6) return {Kind::ipv6};
    if (naming.prefers_ipv4) return {Kind::ipv4, Kind::ipv6};
    return {Kind::ipv6, Kind::ipv4};
}

/// 0 to 65535 becomes 0 to 256, and only 0 becomes 0 (as in HAProxy).
unsigned weight_of(const resolve::Record& record) {
    return (record.weight + 255U) / 256U;
}

/// Of a host with several addresses the one in a preferred network, else the first.
os::Address address_of(const NameWatch& host, const config::Naming& naming) {
    for (const auto& record : host.records())
        for (const auto& net : naming.preferred)
            if (net.contains(record.address)) return record.address;
    return host.records().front().address;
}

}  // namespace

void Discovery::adopt(const std::vector<config::Resolvers>& sections) {
    auto old = std::exchange(resolvers_, {});
    for (const config::Resolvers& settings : sections) {
        auto same = std::find_if(old.begin(), old.end(),
                                 [&](const auto& each) { return each && each->name() == settings.name; });
        if (same == old.end()) {
            NameObserver& observer = *this;
            resolvers_.push_back(std::make_unique<resolve::Resolver>(loop_, settings, observer));
        } else {
            resolvers_.push_back(std::move(*same));
            resolvers_.back()->adopt(settings);
        }
    }
    regroup();
    for (const Group& group : groups_) apply(group, from_memory);
}

void Discovery::stop() {
    for (auto& resolver : resolvers_) resolver->stop();
}

resolve::Resolver* Discovery::find(const std::string& name) const {
    auto found = std::find_if(resolvers_.begin(), resolvers_.end(),
                              [&](const auto& each) { return each->name() == name; });
    return found == resolvers_.end() ? nullptr : found->get();
}

void Discovery::set_host(Backend& backend, balance::Server& server, const std::string& host) {
    backend.set_host(server, host, "stats socket command");
    regroup();
    for (const Group& group : groups_)
        if (group.backend == &backend) apply(group, from_memory);
}

// ---- who shares a name

void Discovery::regroup() {
    groups_.clear();
    for (auto& resolver : resolvers_) resolver->begin_sweep();
    for (const auto& backend : backends_)
        for (auto& server : backend->pool().servers()) add(*backend, *server);
    for (const Group& group : groups_) {
        const NameWatch& watch = group.resolver->watch(group.key);
        if (!group.naming().is_service()) continue;
        for (const auto& record : watch.records())
            group.resolver->watch({record.host, address_kinds(group.naming())});
    }
    for (auto& resolver : resolvers_) resolver->end_sweep();
}

void Discovery::add(Backend& backend, balance::Server& server) {
    const config::Naming& naming = server.settings().naming;
    if (!naming.is_followed()) return;
    resolve::Resolver* resolver = find(naming.resolvers);
    if (resolver == nullptr) return;
    Key key =
        naming.is_service() ? Key{naming.host, {Kind::service}} : Key{server.host(), address_kinds(naming)};
    auto same = std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
        return group.backend == &backend && group.resolver == resolver && group.key == key &&
               group.port == naming.port;
    });
    if (same == groups_.end()) {
        groups_.push_back({&backend, resolver, std::move(key), naming.port, {}});
        same = groups_.end() - 1;
    }
    same->servers.push_back(&server);
}

bool Discovery::concerns(const Group& group, const NameWatch& watch) const {
    const NameWatch* own = group.resolver->find(group.key);
    if (own == &watch) return true;
    if (own == nullptr || !group.naming().is_service()) return false;
    return std::any_of(own->records().begin(), own->records().end(), [&](const auto& record) {
        return group.resolver->find({record.host, address_kinds(group.naming())}) == &watch;
    });
}

// ---- what name servers say

bool Discovery::on_records(const NameWatch& watch, const std::string& by_whom) {
    bool is_service = watch.kinds().front() == Kind::service;
    if (is_service) regroup();  // its hosts may be others
    bool moved = false;
    for (const Group& group : groups_)
        if (concerns(group, watch)) moved = apply(group, by_whom) || moved;
    return moved;
}

void Discovery::on_stale(const NameWatch& watch, const std::string& section) {
    for (const Group& group : groups_) {
        if (!concerns(group, watch)) continue;
        log::say_to(group.backend->sinks(), Level::warning,
                    fmt::format("{}: '{}' cannot be resolved by {} (DNS {} status); its servers stay as "
                                "they are.",
                                group.backend->name(), watch.name(), section, name_of(watch.failure())));
    }
}

std::vector<Place> Discovery::places_of(const Group& group) const {
    std::vector<Place> places;
    const NameWatch* watch = group.resolver->find(group.key);
    if (watch == nullptr) return places;
    const config::Naming& naming = group.naming();
    for (const auto& record : watch->records()) {
        Place place{record.address, {}, {}};
        if (naming.is_service()) {
            const NameWatch* host = group.resolver->find({record.host, address_kinds(naming)});
            if (host == nullptr || !host->is_known()) continue;
            place = {address_of(*host, naming), record.host, weight_of(record)};
        }
        place.address.set_port(naming.is_service() ? record.port : group.port);
        places.push_back(std::move(place));
    }
    return places;
}

/// Nothing is known yet, or nothing of what is known has an address: the servers stay where they are.
bool Discovery::apply(const Group& group, const std::string& by_whom) {
    auto places = places_of(group);
    if (places.empty()) return false;
    std::vector<os::Address> held;
    for (const balance::Server* server : group.servers)
        held.push_back(server->has_address() ? server->address() : os::Address());
    auto slots = resolve::assign(held, places, {group.naming().allows_shared, group.naming().preferred});
    bool moved = false;
    // Those who lose their address first: another's new one may have been theirs.
    for (std::size_t i = 0; i < slots.size(); ++i) {
        if (slots[i] || !held[i].is_ip()) continue;
        group.backend->set_unresolved(*group.servers[i]);
        moved = true;
    }
    for (std::size_t i = 0; i < slots.size(); ++i)
        if (slots[i]) moved = settle(group, *group.servers[i], places[*slots[i]], by_whom) || moved;
    return moved;
}

bool Discovery::settle(const Group& group, balance::Server& server, const Place& place,
                       const std::string& by_whom) {
    bool moved = !server.has_address() || !(server.address() == place.address);
    if (!place.host.empty() && place.host != server.host())
        group.backend->set_host(server, place.host, "SRV record");
    if (moved) group.backend->set_resolved(server, place.address, by_whom);
    bool takes_weight = place.weight && !server.settings().naming.ignores_weight;
    if (takes_weight && *place.weight != server.weight()) group.backend->set_weight(server, *place.weight);
    return moved;
}

}  // namespace spliced::proxy
