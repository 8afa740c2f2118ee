// Commands about names: what was asked, and of whom.
#include <fmt/format.h>

#include <iterator>

#include "spliced/control/admin.hpp"
#include "spliced/control/command_groups.hpp"

namespace spliced::control {
namespace {

/// HAProxy's lines, in its order. It counts some things that happen inside our library, unseen: they are 0.
void append(std::string& text, const resolve::Channel& channel) {
    const resolve::NameServerCounters& count = channel.counters;
    auto out = std::back_inserter(text);
    auto line = [&](std::string_view name, std::uint64_t value) {
        fmt::format_to(out, "  {:<13}{}\n", fmt::format("{}:", name), value);
    };
    fmt::format_to(out, " nameserver {}:\n", channel.settings().server.name);
    line("sent", count.sent);
    line("snd_error", count.send_errors);
    line("valid", count.valid);
    line("update", count.updates);
    line("cname", 0);
    line("cname_error", 0);
    line("any_err", count.empty);
    line("nx", count.nx);
    line("timeout", count.timeouts);
    line("refused", count.refused);
    line("other", count.other);
    line("invalid", count.invalid);
    line("too_big", 0);
    line("truncated", 0);
    line("outdated", count.outdated);
}

Answer show_resolvers(const Call& call) {
    auto wanted = call.argument(0);
    std::string text;
    bool found = wanted.empty();
    for (const auto& resolver : call.admin.engine.discovery().resolvers()) {
        if (!wanted.empty() && resolver->name() != wanted) continue;
        found = true;
        fmt::format_to(std::back_inserter(text), "Resolvers section {}\n", resolver->name());
        for (const auto& channel : resolver->channels()) append(text, *channel);
    }
    return found ? Answer::dump(std::move(text)) : Answer::error("Can't find that resolvers section\n");
}

// clang-format off
constexpr Command table[] = {
    {{"show", "resolvers"}, config::AdminLevel::user, "show resolvers [id]", "dumps counters from all resolvers section and associated name servers", show_resolvers},
};
// clang-format on

}  // namespace

std::span<const Command> resolver_commands() {
    return table;
}

}  // namespace spliced::control
