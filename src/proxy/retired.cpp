#include "spliced/proxy/retired.hpp"

#include <algorithm>
#include <utility>

namespace spliced::proxy {

void Retired::add(std::unique_ptr<Terms> terms, TermsObserver& observer) {
    terms->observer = &observer;
    terms_.push_back(std::move(terms));
}

void Retired::add(std::unique_ptr<Frontend> frontend, TermsObserver& observer) {
    frontend->retire();
    frontend->terms().observer = &observer;
    frontends_.push_back(std::move(frontend));
}

void Retired::add(std::unique_ptr<Backend> backend, const Whole& config) {
    backend->retire();
    backends_.push_back({config, std::move(backend)});
}

void Retired::add(std::unique_ptr<BoundListener> listener, const Whole& config) {
    listeners_.push_back({config, std::move(listener)});
}

void Retired::add(balance::ServerPool::Servers servers, const Whole& config) {
    for (auto& server : servers) servers_.push_back({config, std::move(server)});
}

// Terms that live on may still send a session to the backend.
bool Retired::is_known(const Backend& backend) const {
    auto points_there = [&](const Terms& terms) { return terms.lead_to(backend); };
    return std::ranges::any_of(terms_, [&](const auto& terms) { return points_there(*terms); }) ||
           std::ranges::any_of(frontends_, [&](const auto& each) { return points_there(each->terms()); }) ||
           std::ranges::any_of(backend.pool().servers(), [](const auto& each) { return each->is_known(); });
}

void Retired::reap() {
    std::erase_if(terms_, [](const auto& terms) { return terms->sessions == 0; });
    std::erase_if(listeners_, [](const auto& kept) { return kept.thing->sessions().current == 0; });
    std::erase_if(frontends_, [&](const auto& frontend) {
        bool listens = std::ranges::any_of(
            listeners_, [&](const auto& kept) { return &kept.thing->frontend() == frontend.get(); });
        return !listens && frontend->terms().sessions == 0 && frontend->sessions.current == 0;
    });
    std::erase_if(backends_, [&](const auto& kept) { return !is_known(*kept.thing); });
    std::erase_if(servers_, [](const auto& kept) { return !kept.thing->is_known(); });
}

std::optional<TimePoint> Retired::removal_after(TimePoint moment) const {
    std::optional<TimePoint> first;
    auto look = [&](std::optional<TimePoint> removed) {
        if (removed && *removed > moment && (!first || *removed < *first)) first = removed;
    };
    for (const auto& kept : servers_) look(kept.thing->retired_at());
    for (const auto& kept : backends_) look(kept.thing->retired_at());
    for (const auto& frontend : frontends_) look(frontend->retired_at());
    return first;
}

}  // namespace spliced::proxy
