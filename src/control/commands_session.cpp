// `show sess`, and the commands that end sessions.
#include <fmt/format.h>

#include <charconv>

#include "spliced/control/command_groups.hpp"
#include "spliced/control/find_object.hpp"
#include "spliced/control/session_text.hpp"

namespace spliced::control {
namespace {

using config::AdminLevel;

/// "0x55d0c8a0": a session is known by its address, as in HAProxy. 0 where it is none.
std::uintptr_t identity_of(std::string_view text) {
    if (text.starts_with("0x")) text.remove_prefix(2);
    std::uintptr_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
    return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

bool is(const proxy::Session& session, std::uintptr_t identity) {
    return reinterpret_cast<std::uintptr_t>(&session) == identity;
}

/// `all` and an identity show more of each.
Answer show_sessions(const Call& call) {
    auto wanted = call.argument(0);
    auto identity = identity_of(wanted);
    bool in_full = wanted == "all" || identity != 0;
    TimePoint now = call.admin.loop.now();
    std::string text;
    call.admin.engine.sessions().for_each([&](const proxy::Session& session) {
        if (session.is_over() || (identity != 0 && !is(session, identity))) return;
        in_full ? append_session_in_full(text, session, now) : append_session_line(text, session, now);
    });
    if (identity != 0 && text.empty()) return Answer::dump("Session not found.\n");
    return Answer::dump(std::move(text));
}

Answer shutdown_session(const Call& call) {
    auto identity = identity_of(call.argument(0));
    if (identity == 0) return Answer::error("Session pointer expected (use 'show sess').\n");
    auto ended = call.admin.engine.sessions().kill_where(
        [&](const proxy::Session& session) { return is(session, identity); });
    return ended ? Answer::done() : Answer::error("No such session (use 'show sess').\n");
}

Answer shutdown_sessions_of_server(const Call& call) {
    auto named = find_server(call.admin.engine, call.argument(0));
    if (!named) return Answer::error(std::string(named.refusal));
    call.admin.engine.sessions().kill_where(
        [&](const proxy::Session& session) { return session.server() == named.server; });
    return Answer::done();
}

// clang-format off
constexpr Command table[] = {
    {{"show", "sess"},                  AdminLevel::oper,  "show sess [id]",                      "report the list of current sessions or dump this exact session", show_sessions},
    {{"shutdown", "session"},           AdminLevel::admin, "shutdown session [id]",               "kill a specific session", shutdown_session},
    {{"shutdown", "sessions", "server"}, AdminLevel::admin, "shutdown sessions server <bk>/<srv>", "kill sessions on a server", shutdown_sessions_of_server},
};
// clang-format on

}  // namespace

std::span<const Command> session_commands() {
    return table;
}

}  // namespace spliced::control
