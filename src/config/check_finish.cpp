#include "spliced/config/check_finish.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "spliced/config/hint.hpp"

namespace spliced::config {
namespace {

class Checks {
  public:
    Checks(Config& config, Mistakes& mistakes) : config_(config), mistakes_(mistakes) {}

    void finish();

  private:
    void check_programs(const Backend& backend);
    void find_tracked(const Backend& backend, Server& server);
    void check_chain(const Backend& backend, const Server& server);
    Server& server_at(ServerPlace place) { return config_.backends[place.backend].servers[place.server]; }
    void error(const Server& server, std::string_view message) {
        mistakes_.error(server.where, fmt::format("'server {}': {}", server.name, message));
    }

    Config& config_;
    Mistakes& mistakes_;
};

void Checks::finish() {
    for (Backend& backend : config_.backends) {
        check_programs(backend);
        for (Server& server : backend.servers) {
            if (!server.track.empty()) find_tracked(backend, server);
            if (server.observed && !server.check.enabled)
                mistakes_.warning(
                    server.where,
                    fmt::format("'server {}': 'observe' has no effect without 'check'", server.name));
        }
    }
    for (const Backend& backend : config_.backends)
        for (const Server& server : backend.servers)
            if (server.tracked) check_chain(backend, server);
}

void Checks::check_programs(const Backend& backend) {
    if (backend.health_check.kind != CheckKind::external) return;
    auto error = [&](std::string_view message) {
        mistakes_.error(backend.where,
                        fmt::format("'{}' has 'option external-check', {}", backend.name, message));
    };
    if (backend.health_check.program.empty())
        error("which needs 'external-check command = PROGRAM' beside it");
    if (!config_.global.external_check || !config_.global.insecure_fork_wanted)
        error("which needs 'external-check = yes' and 'insecure-fork-wanted = yes' in [global]");
}

/// "server" is one of the same backend.
void Checks::find_tracked(const Backend& own, Server& server) {
    auto slash = server.track.find('/');
    bool is_own = slash == std::string::npos;
    std::string backend_name = is_own ? own.name : server.track.substr(0, slash);
    std::string server_name = is_own ? server.track : server.track.substr(slash + 1);
    std::vector<std::string_view> known;
    for (std::size_t b = 0; b < config_.backends.size(); ++b) {
        const Backend& backend = config_.backends[b];
        if (backend.name != backend_name) continue;
        for (std::size_t s = 0; s < backend.servers.size(); ++s) {
            known.push_back(backend.servers[s].name);
            if (backend.servers[s].name == server_name) server.tracked = ServerPlace{b, s};
        }
    }
    if (!server.tracked)
        error(server, fmt::format("'track': there is no server '{}' in a backend '{}'{}", server_name,
                                  backend_name, suggestion(server_name, known)));
}

/// A chain ends at a server that is asked itself.
void Checks::check_chain(const Backend& backend, const Server& server) {
    const Server* at = &server;
    for (std::size_t steps = 0; at->tracked; ++steps) {
        at = &server_at(*at->tracked);
        std::size_t most = 0;
        for (const Backend& each : config_.backends) most += each.servers.size();
        if (at == &server || steps > most)
            return error(server, fmt::format("'track': {}/{} would track itself in a circle", backend.name,
                                             server.name));
    }
    if (at->track.empty() && !at->check.enabled && !at->agent.enabled)
        error(server,
              fmt::format("'track': nothing is known of '{}', which has neither 'check' nor 'agent-check'",
                          at->name));
}

}  // namespace

void finish_checks(Config& config, Mistakes& mistakes) {
    Checks(config, mistakes).finish();
}

}  // namespace spliced::config
