// Commands about frontends, the process's limit, and counters.
#include <fmt/format.h>

#include "spliced/base/log.hpp"
#include "spliced/control/command_groups.hpp"
#include "spliced/control/find_object.hpp"

namespace spliced::control {
namespace {

using config::AdminLevel;
using State = proxy::Frontend::State;

void say(const proxy::Frontend& frontend, const std::string& text) {
    log::say_to(frontend.sinks(), Level::warning, text);
}

Answer disable_frontend(const Call& call) {
    auto named = find_frontend(call.admin.engine, call.argument(0));
    if (!named) return Answer::error(std::string(named.refusal));
    if (named.frontend->state() == State::stopped)
        return Answer::error("Frontend was previously shut down, cannot disable.\n");
    if (named.frontend->state() == State::disabled)
        return Answer::error("All sockets are already disabled.\n");
    named.frontend->disable();
    say(*named.frontend, fmt::format("Paused frontend {}.", named.frontend->name()));
    return Answer::done();
}

Answer enable_frontend(const Call& call) {
    auto named = find_frontend(call.admin.engine, call.argument(0));
    if (!named) return Answer::error(std::string(named.refusal));
    if (named.frontend->state() == State::stopped)
        return Answer::error("Frontend was previously shut down, cannot enable.\n");
    if (named.frontend->state() == State::open) return Answer::error("All sockets are already enabled.\n");
    if (!named.frontend->enable())
        return Answer::error("Failed to resume frontend, check logs for precise cause (port conflict?).\n");
    say(*named.frontend, fmt::format("Resumed frontend {}.", named.frontend->name()));
    return Answer::done();
}

Answer shutdown_frontend(const Call& call) {
    auto named = find_frontend(call.admin.engine, call.argument(0));
    if (!named) return Answer::error(std::string(named.refusal));
    proxy::Frontend& frontend = *named.frontend;
    if (frontend.state() == State::stopped) return Answer::error("Frontend was already shut down.\n");
    frontend.shut_down();
    std::uint64_t served = frontend.backend() ? frontend.backend()->sessions.total : 0;
    say(frontend, fmt::format("Proxy {} stopped (cumulated conns: FE: {}, BE: {}).", frontend.name(),
                              frontend.sessions.total, served));
    return Answer::done();
}

Answer set_frontend_maxconn(const Call& call) {
    auto named = find_frontend(call.admin.engine, call.argument(0));
    if (!named) return Answer::error(std::string(named.refusal));
    auto limit = parse_number(call.argument(1));
    if (!limit) return Answer::error("Integer value expected.\n");
    if (*limit < 0 || *limit > INT32_MAX) return Answer::error("Value out of range.\n");
    named.frontend->set_limit(static_cast<unsigned>(*limit));
    return Answer::done();
}

/// 0 is what the process began with, which is also the most: descriptors are reckoned for it.
Answer set_global_maxconn(const Call& call) {
    auto limit = parse_number(call.argument(0));
    if (!limit) return Answer::error("Expects an integer value.\n");
    auto most = static_cast<long>(call.admin.engine.capacity().maxconn);
    if (*limit < 0 || *limit > most) return Answer::error("Value out of range.\n");
    call.admin.engine.set_limit(static_cast<std::size_t>(*limit == 0 ? most : *limit));
    return Answer::done();
}

constexpr std::string_view rate_limit_help =
    "'set rate-limit' only supports :\n"
    "   - 'connections global' to set the per-process maximum connection rate\n"
    "   - 'sessions global' to set the per-process maximum session rate\n";

Answer set_rate_limit(const Call& call) {
    auto what = call.argument(0);
    if ((what != "connections" && what != "sessions") || call.argument(1) != "global")
        return Answer::error(std::string(rate_limit_help));
    if (call.argument(2).empty()) return Answer::error("Expects an integer value.\n");
    auto limit = parse_number(call.argument(2));
    if (!limit) return Answer::error("Integer value expected.\n");
    if (*limit < 0 || *limit > INT32_MAX) return Answer::error("Value out of range.\n");
    proxy::Shared& shared = call.admin.engine.shared();
    (what == "sessions" ? shared.session_pace : shared.connection_pace)
        .set_limit(static_cast<unsigned>(*limit));
    return Answer::done();
}

Answer clear_counters(const Call& call) {
    bool all = call.argument(0) == "all";
    if (all && call.caller.level < AdminLevel::admin) return Answer::denied();
    call.admin.engine.clear_counters(all);
    return Answer::done();
}

// clang-format off
constexpr Command table[] = {
    {{"clear", "counters"},          AdminLevel::oper,  "clear counters [all]",                    "clear max statistics counters (or all counters)", clear_counters},
    {{"disable", "frontend"},        AdminLevel::admin, "disable frontend <frontend>",             "temporarily disable specific frontend", disable_frontend},
    {{"enable", "frontend"},         AdminLevel::admin, "enable frontend <frontend>",              "re-enable specific frontend", enable_frontend},
    {{"set", "maxconn", "frontend"}, AdminLevel::admin, "set maxconn frontend <frontend> <value>", "change a frontend's maxconn setting", set_frontend_maxconn},
    {{"set", "maxconn", "global"},   AdminLevel::admin, "set maxconn global <value>",              "change the per-process maxconn setting", set_global_maxconn},
    {{"set", "rate-limit"},          AdminLevel::admin, "set rate-limit <setting> <value>",        "change a rate limiting value", set_rate_limit},
    {{"shutdown", "frontend"},       AdminLevel::admin, "shutdown frontend <frontend>",            "stop a specific frontend", shutdown_frontend},
};
// clang-format on

}  // namespace

std::span<const Command> proxy_commands() {
    return table;
}

}  // namespace spliced::control
