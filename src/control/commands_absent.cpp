// Commands about things that this proxy does not have, answered as HAProxy answers where there is nothing.
#include <fmt/format.h>

#include <chrono>

#include "spliced/base/local_date.hpp"
#include "spliced/control/admin.hpp"
#include "spliced/control/command_groups.hpp"

namespace spliced::control {
namespace {

using config::AdminLevel;

Answer nothing(const Call&) {
    return Answer::dump("");
}

Answer no_maps(const Call& call) {
    if (!call.arguments.empty())
        return Answer::error("Unknown map identifier. Please use #<id> or <file>.\n");
    return Answer::dump("# id (file) description\n");
}

Answer no_acls(const Call& call) {
    if (!call.arguments.empty())
        return Answer::error("Unknown ACL identifier. Please use #<id> or <file>.\n");
    return Answer::dump("# id (file) description\n");
}

bool has_proxy(const config::Config& config, std::string_view name) {
    for (const auto& frontend : config.frontends)
        if (frontend.name == name) return true;
    for (const auto& backend : config.backends)
        if (backend.name == name) return true;
    return false;
}

/// Of protocols that are taken apart; here none is.
Answer show_errors(const Call& call) {
    auto proxy = call.argument(0);
    if (!proxy.empty() && !has_proxy(call.admin.engine.config(), proxy))
        return Answer::error("No such proxy.\n");
    LocalDate now = local_date(std::chrono::system_clock::now());
    return Answer::dump(fmt::format("Total events captured on [{:02}/{}/{:04}:{:02}:{:02}:{:02}.{:03}] : 0\n",
                                    now.fields.tm_mday, month_name(now), now.fields.tm_year + 1900,
                                    now.fields.tm_hour, now.fields.tm_min, now.fields.tm_sec,
                                    now.microsecond / 1000));
}

// clang-format off
constexpr Command table[] = {
    {{"show", "acl"},       AdminLevel::user, "show acl [@<ver>] <acl>]",              "report available acls or dump an acl's contents", no_acls},
    {{"show", "cache"},     AdminLevel::user, "show cache",                            "show cache status", nothing},
    {{"show", "errors"},    AdminLevel::oper, "show errors [<px>] [request|response]", "report last request and/or response errors for each proxy", show_errors},
    {{"show", "map"},       AdminLevel::user, "show map [@ver] [map]",                 "report available maps or dump a map's contents", no_maps},
    {{"show", "peers"},     AdminLevel::user, "show peers [dict|-] [section]",         "dump some information about all the peers or this peers section", nothing},
};
// clang-format on

}  // namespace

std::span<const Command> absent_commands() {
    return table;
}

}  // namespace spliced::control
