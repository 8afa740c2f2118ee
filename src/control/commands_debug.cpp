// For support: what the process has open, and what it was short of.
#include <fmt/format.h>

#include <chrono>
#include <iterator>
#include <map>

#include "spliced/control/command_groups.hpp"
#include "spliced/control/find_object.hpp"
#include "spliced/os/socket.hpp"

namespace spliced::control {
namespace {

using config::AdminLevel;
using relay::Side;

/// Lines by descriptor, in the order of their numbers.
using Descriptors = std::map<int, std::string>;

std::string family_of(const os::Address& local) {
    if (local.is_unix()) return "fam=unix";
    return fmt::format("fam={} lport={}", local.family() == AF_INET6 ? "ipv6" : "ipv4", local.port());
}

void collect_listeners(Descriptors& found, const proxy::Engine& engine) {
    for (const auto& frontend : engine.frontends())
        for (const auto& listener : frontend->listeners())
            if (listener->fd() >= 0)
                found[listener->fd()] =
                    fmt::format("l.st={} fe={} {}", listener->is_paused() ? "LIM" : "RDY", frontend->name(),
                                family_of(os::local_address(listener->fd())));
}

void collect_sessions(Descriptors& found, const proxy::Engine& engine) {
    engine.sessions().for_each([&](const proxy::Session& session) {
        int client = session.relay().end(Side::client).socket.get();
        int server = session.relay().end(Side::server).socket.get();
        if (client >= 0)
            found[client] =
                fmt::format("back=0 {} rport={} fe={} sess={}", family_of(os::local_address(client)),
                            session.peer().address().port(), session.terms().front.name, fmt::ptr(&session));
        if (server >= 0 && session.server())
            found[server] =
                fmt::format("back=1 {} rport={} sv={}/{} sess={}", family_of(os::local_address(server)),
                            session.server()->address().port(), session.route().back->name,
                            session.server()->name(), fmt::ptr(&session));
    });
}

Answer show_descriptors(const Call& call) {
    Descriptors found;
    collect_listeners(found, call.admin.engine);
    collect_sessions(found, call.admin.engine);
    auto wanted = parse_number(call.argument(0));
    std::string text;
    for (const auto& [fd, line] : found)
        if (call.arguments.empty() || (wanted && *wanted == fd))
            fmt::format_to(std::back_inserter(text), "{:7} : {}\n", fd, line);
    return Answer::dump(std::move(text));
}

Answer show_activity(const Call& call) {
    const proxy::Shared& shared = call.admin.engine.shared();
    auto now = std::chrono::system_clock::now().time_since_epoch();
    auto whole = std::chrono::duration_cast<microseconds>(now).count();
    std::string text = "thread_id: 1 (1..1)\n";
    fmt::format_to(std::back_inserter(text), "date_now: {}.{:06}\n", whole / 1000000, whole % 1000000);
    auto add = [&](std::string_view name, std::uint64_t count) {
        fmt::format_to(std::back_inserter(text), "{0}: {1} [ {1} ]\n", name, count);
    };
    add("accepted", shared.connections.total);
    add("accept_paused", shared.accept_shortages);
    add("pool_fail", shared.session_shortages);
    add("pipe_refused", shared.resources.pipes.refused());
    add("splice_unsupported", shared.resources.splice_unsupported);
    add("spliced_bytes", shared.resources.spliced_bytes);
    add("copied_bytes", shared.resources.copied_bytes);
    return Answer::dump(std::move(text));
}

// clang-format off
constexpr Command table[] = {
    {{"show", "activity"}, AdminLevel::user, "show activity", "show per-thread activity stats (for support/developers)", show_activity},
    {{"show", "fd"},       AdminLevel::oper, "show fd [num]", "dump list of file descriptors in use or a specific one", show_descriptors},
};
// clang-format on

}  // namespace

std::span<const Command> debug_commands() {
    return table;
}

}  // namespace spliced::control
