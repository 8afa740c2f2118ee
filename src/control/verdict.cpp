// The one sentence at the top of the status page.
#include <fmt/format.h>

#include "spliced/control/status_html.hpp"

namespace spliced::control {
namespace {

struct Servers {
    std::size_t all = 0;
    std::size_t down = 0;
    std::size_t off = 0;
};

Servers count_servers(std::span<const StatRow> rows) {
    Servers servers;
    for (const StatRow& row : rows) {
        if (row.kind != StatKind::server) continue;
        std::string_view grade = grade_of(text_of(row[column::status]));
        ++servers.all;
        if (grade == "bad") ++servers.down;
        if (grade == "off") ++servers.off;
    }
    return servers;
}

/// The backends that can serve nobody.
std::string dead_backends(std::span<const StatRow> rows) {
    std::string names;
    for (const StatRow& row : rows)
        if (row.kind == StatKind::backend && text_of(row[column::status]) == "DOWN")
            names += (names.empty() ? "" : ", ") + text_of(row[column::pxname]);
    return names;
}

std::string_view plural(std::size_t number) {
    return number == 1 ? "" : "s";
}

}  // namespace

std::string_view grade_of(std::string_view status) {
    if (status == "UP" || status == "OPEN" || status == "no check") return "ok";
    if (status.starts_with("DOWN")) return "bad";
    if (status.starts_with("MAINT") || status == "STOP" || status == "PAUSED") return "off";
    return "warn";  // on its way up or down, draining, full
}

Verdict verdict_of(std::span<const StatRow> rows) {
    Servers servers = count_servers(rows);
    std::string dead = dead_backends(rows);
    if (!dead.empty()) return {"bad", fmt::format("{}: no server can be reached", dead)};
    std::string off = servers.off > 0 ? fmt::format(", {} in maintenance", servers.off) : std::string();
    if (servers.down > 0)
        return {"warn", fmt::format("{} of {} server{} {} down{}", servers.down, servers.all,
                                    plural(servers.all), servers.down == 1 ? "is" : "are", off)};
    std::size_t up = servers.all - servers.off;
    return {"ok", fmt::format("{} server{} up{}", up, plural(up), off)};
}

}  // namespace spliced::control
