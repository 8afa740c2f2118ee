// What the reading of the files leaves behind: the sections as written, defaults filled in, names not yet
// joined.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "spliced/config/config.hpp"
#include "spliced/config/keywords.hpp"

namespace spliced::config {

/// A server and what its parameters say about the check's address, which is known only at the line's end.
struct ServerDraft {
    Server server;
    std::optional<unsigned> check_port;
    std::optional<os::Address> check_address;
    std::optional<os::Address> agent_address;
};

/// What a section has said so far of how its servers are checked; [defaults] does not pass it on.
struct CheckDraft {
    std::string option;  ///< the `option` that chose the kind of check
    Location where;
    bool tcp_rules_begun = false;
    bool http_rules_begun = false;
};

/// A [listen], [frontend], [backend] or [defaults] section. Each kind uses the half or halves that it has.
struct ProxyDraft {
    Sections section = in_defaults;
    std::string name;
    Location where;

    Frontend front;
    Backend back;
    ServerDraft default_server;
    CheckDraft checks;
    std::optional<Location> idle_default_server;  ///< of this section, and no server stands below it

    rules::Acls acls;  ///< of this section
    std::string default_backend;
    Location default_backend_where;
    bool log_global = false;  ///< `log = global`: the targets of [global] as well
    std::vector<LogTarget> logs;
    std::optional<StickTable> stick_table;

    bool has_front() const { return section == in_frontend || section == in_listen; }
    bool has_back() const { return section == in_backend || section == in_listen; }
};

struct Draft {
    Global global;
    StatusPage page;
    std::vector<Resolvers> resolvers;
    Location daemon_where;  ///< of `daemon`, where it is written
    std::vector<ProxyDraft> proxies;
    std::vector<Location> unused_defaults;  ///< [defaults] that no section follows before the next one
};

}  // namespace spliced::config
