// Commands about the client itself: what it may do, how long it may be silent, how it is answered.
#include <fmt/format.h>

#include "spliced/base/units.hpp"
#include "spliced/config/special.hpp"
#include "spliced/control/command_groups.hpp"
#include "spliced/control/command_table.hpp"

namespace spliced::control {
namespace {

using config::AdminLevel;

Answer help(const Call& call) {
    return Answer::info(help_text(call.arguments));
}

Answer prompt(const Call& call) {
    call.caller.interactive = !call.caller.interactive;
    return Answer::done();
}

Answer quit(const Call& call) {
    call.caller.leaving = true;
    return Answer::done();
}

Answer lower_to_operator(const Call& call) {
    call.caller.level = AdminLevel::oper;
    return Answer::done();
}

Answer lower_to_user(const Call& call) {
    call.caller.level = AdminLevel::user;
    return Answer::done();
}

Answer show_level(const Call& call) {
    return Answer::info(fmt::format("{}\n", config::name_of(call.caller.level)));
}

/// A bare number is in seconds, unlike in the configuration.
Answer set_timeout(const Call& call) {
    if (call.argument(0) != "cli") return Answer::error("'set timeout' only supports 'cli'.\n");
    std::string text(call.argument(1));
    if (text.empty()) return Answer::error("Expects an integer value.\n");
    if (text.find_first_not_of("0123456789") == std::string::npos) text += 's';
    auto limit = parse_duration(text);
    if (!limit || limit->count() == 0) return Answer::error("Invalid timeout value.\n");
    call.caller.idle_limit = *limit;
    return Answer::done();
}

Answer set_severity_output(const Call& call) {
    auto wanted = call.argument(0);
    if (wanted == "none")
        call.caller.severity = SeverityOutput::none;
    else if (wanted == "number")
        call.caller.severity = SeverityOutput::number;
    else if (wanted == "string")
        call.caller.severity = SeverityOutput::string;
    else
        return Answer::error("one of 'none', 'number', 'string' is a required argument\n");
    return Answer::done();
}

// clang-format off
constexpr Command table[] = {
    {{"help"},                   AdminLevel::user, "help [<command>]",    "list matching or all commands", help},
    {{"operator"},               AdminLevel::oper, "operator",            "lower the level of the current CLI session to operator", lower_to_operator},
    {{"prompt"},                 AdminLevel::user, "prompt",              "toggle interactive mode with prompt", prompt},
    {{"quit"},                   AdminLevel::user, "quit",                "disconnect", quit},
    {{"set", "severity-output"}, AdminLevel::user, "set severity-output [none|number|string]", "set presence of severity level in feedback information", set_severity_output},
    {{"set", "timeout"},         AdminLevel::user, "set timeout [cli] <delay>", "change a timeout setting", set_timeout},
    {{"show", "cli", "level"},   AdminLevel::user, "show cli level",      "display the level of the current CLI session", show_level},
    {{"user"},                   AdminLevel::user, "user",                "lower the level of the current CLI session to user", lower_to_user},
};
// clang-format on

}  // namespace

std::span<const Command> caller_commands() {
    return table;
}

}  // namespace spliced::control
