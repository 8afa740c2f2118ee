// The statistics as rows: one for each frontend, listener, server and backend.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "spliced/control/stat_columns.hpp"
#include "spliced/proxy/engine.hpp"

namespace spliced::control {

/// HAProxy's numbers in column `type`.
enum class StatKind : unsigned { frontend = 0, backend = 1, server = 2, listener = 3 };

struct StatRow {
    StatKind kind = StatKind::frontend;
    unsigned iid = 0;
    unsigned sid = 0;
    std::array<StatValue, column::count> values;

    StatValue& operator[](std::size_t place) { return values[place]; }
    const StatValue& operator[](std::size_t place) const { return values[place]; }
};

/// What is wanted of all there is. HAProxy shows listeners only with `option socket-stats`; here whoever asks
/// for them gets them.
struct StatFilter {
    std::optional<std::string> proxy;  ///< its name or its iid
    std::optional<int> sid;            ///< of a server or a listener
    unsigned kinds = 0x7;              ///< a bit for each StatKind, at its number
    bool no_maint = false;             ///< leaves out servers in maintenance
    bool up = false;                   ///< leaves out servers that are down as well
};

inline constexpr unsigned all_kinds = 0xf;

/// In HAProxy's order: by section, and in it the frontend, its listeners, the servers, the backend. Bytes of
/// sessions that still run are counted in.
std::vector<StatRow> collect_stats(const proxy::Engine& engine, const StatFilter& filter = {});

/// "UP", "UP 1/3", "DOWN", "DOWN 1/2", "DOWN (agent)", "NOLB", "DRAIN", "DRAIN (agent)", "MAINT",
/// "MAINT (via onion/web1)", "no check": column `status` of a server.
std::string status_of(const proxy::Backend& backend, const balance::Server& server);
/// "onion/web1": the server that it tracks.
std::string tracked_text(const proxy::Backend& backend, const balance::Server& server);

}  // namespace spliced::control
