// Commands about the process as a whole: version, environment, sockets, configuration, reload.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "spliced/base/release.hpp"
#include "spliced/config/load.hpp"
#include "spliced/config/special.hpp"
#include "spliced/control/admin.hpp"
#include "spliced/control/command_groups.hpp"

namespace spliced::control {
namespace {

using config::AdminLevel;

Answer show_version(const Call&) {
    return Answer::info(fmt::format("{}\n", version_number()));
}

Answer show_env(const Call& call) {
    auto wanted = call.argument(0);
    std::string text;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        std::string_view line(*variable);
        if (wanted.empty() || line.substr(0, line.find('=')) == wanted) text.append(line).append("\n");
    }
    if (!wanted.empty() && text.empty()) return Answer::error("Variable not found\n");
    return Answer::dump(std::move(text));
}

std::string text_of(const config::StatsSocket& socket) {
    if (socket.inherited_fd) return fmt::format("fd@{}", *socket.inherited_fd);
    bool path = socket.address.is_unix() && !socket.address.path().empty();
    return path ? "unix@" + socket.address.path() : socket.address.text();
}

Answer show_sockets(const Call& call) {
    std::string text = "# socket lvl processes\n";
    for (const auto& socket : call.admin.engine.config().global.stats_sockets)
        text += fmt::format("{} {} all\n", text_of(socket), config::name_of(socket.level));
    return Answer::dump(std::move(text));
}

Answer show_config(const Call& call) {
    return Answer::dump(config::dump(call.admin.engine.config()));
}

std::string text_of(const Reload::Outcome& outcome) {
    std::string text;
    for (const auto& line : outcome.lines) text.append(line).append("\n");
    if (!outcome.ok) return text + "The reload failed: the configuration of before goes on.\n";
    return text +
           (text.empty() ? "Configuration reloaded: nothing has changed.\n" : "Configuration reloaded.\n");
}

Answer reload(const Call& call) {
    const Reload::Outcome& outcome = call.admin.reload.run();
    return outcome.ok ? Answer::info(text_of(outcome)) : Answer::error(text_of(outcome));
}

/// Counts, then the last one as `reload` told it.
Answer show_reload(const Call& call) {
    const Reload& reload = call.admin.reload;
    std::string text = fmt::format("Reloads: {}\nFailed_reloads: {}\n", reload.succeeded(), reload.failed());
    if (reload.succeeded() + reload.failed() == 0) return Answer::dump(std::move(text));
    auto at = std::chrono::floor<seconds>(reload.last().at).time_since_epoch();
    text += fmt::format("Last_reload_sec: {}\nLast_reload_ok: {}\n", at.count(), reload.last().ok ? 1 : 0);
    return Answer::dump(text + text_of(reload.last()));
}

// clang-format off
constexpr Command table[] = {
    {{"reload"},                 AdminLevel::admin, "reload",           "take over the changed configuration in this process", reload},
    {{"show", "cli", "sockets"}, AdminLevel::user,  "show cli sockets", "dump list of cli sockets", show_sockets},
    {{"show", "config"},         AdminLevel::oper,  "show config",      "print the configuration in force", show_config},
    {{"show", "env"},            AdminLevel::oper,  "show env [var]",   "dump environment variables known to the process", show_env},
    {{"show", "reload"},         AdminLevel::user,  "show reload",      "tell what came of the last reload", show_reload},
    {{"show", "version"},        AdminLevel::user,  "show version",     "show version of the current process", show_version},
};
// clang-format on

}  // namespace

std::span<const Command> process_commands() {
    return table;
}

}  // namespace spliced::control
