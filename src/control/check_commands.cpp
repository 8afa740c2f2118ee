#include "spliced/control/check_commands.hpp"

#include <fmt/format.h>

#include <optional>

#include "spliced/os/endpoint.hpp"

namespace spliced::control {
namespace {

constexpr long largest_port = 65535;

/// Numeric alone: a look-up could block the loop.
std::optional<os::Address> numeric(std::string_view text) {
    auto endpoint = os::parse_endpoint(text, os::PortRule::none);
    if (!endpoint || endpoint->kind != os::Endpoint::Kind::ip || endpoint->host.empty()) return std::nullopt;
    auto address = os::address_of(*endpoint, [](const std::string& host, sa_family_t) -> Result<os::Address> {
        return Error{host + " is a name"};
    });
    return address ? std::optional(*address) : std::nullopt;
}

/// Puts the port into the address; else what is wrong with it.
std::string_view put_port(os::Address& address, std::string_view text) {
    auto port = parse_number(text);
    if (!port) return "provided port is not an integer";
    if (*port < 1 || *port > largest_port || !address.is_ip()) return "provided port is invalid";
    address.set_port(static_cast<std::uint16_t>(*port));
    return {};
}

struct Target {
    os::Address address;
    bool of_agent;
};

Answer apply(const NamedServer& named, const Target& target) {
    if (target.of_agent)
        named.server->agent->address = target.address;
    else
        named.server->moved_check = target.address;
    return Answer::done();
}

Answer set_address(const NamedServer& named, Target target, std::string_view what, const Call& call) {
    std::string_view text = call.argument(2);
    if (text.empty())
        return Answer::error(
            fmt::format("set server <b>/<s> {} requires an address and optionally a port.\n", what));
    auto wanted = numeric(text);
    if (!wanted) return Answer::error(fmt::format("invalid addr '{}'", text));
    wanted->set_port(target.address.port());
    target.address = *wanted;
    if (call.argument(3) == "port")
        if (auto trouble = put_port(target.address, call.argument(4)); !trouble.empty())
            return Answer::error(std::string(trouble));
    return apply(named, target);
}

}  // namespace

Answer set_agent(const NamedServer& named, std::string_view wanted) {
    const auto& agent = named.server->agent;
    if (!agent || !agent->enabled) return Answer::error("agent checks are not enabled on this server.\n");
    if (wanted != "up" && wanted != "down")
        return Answer::error("'set server <srv> agent' expects 'up' or 'down'.\n");
    named.backend->force_agent(*named.server, wanted == "up");
    return Answer::done();
}

Answer set_agent_send(const NamedServer& named, std::string_view text) {
    if (!named.server->agent) return Answer::error("agent checks are not enabled on this server");
    named.backend->set_agent_send(*named.server, std::string(text));
    return Answer::done();
}

Answer set_check_target(const NamedServer& named, std::string_view what, const Call& call) {
    balance::Server& server = *named.server;
    bool of_agent = what.starts_with("agent-");
    if (of_agent && !server.agent) return Answer::error("agent checks are not enabled on this server");
    if (!of_agent && !server.settings().check.enabled)
        return Answer::error("health checks are not enabled on this server");
    Target target{of_agent ? server.agent->address : server.check_address(), of_agent};
    if (what.ends_with("-addr")) return set_address(named, target, what, call);
    if (call.argument(2).empty())
        return Answer::error(fmt::format("set server <b>/<s> {} requires a port.\n", what));
    if (auto trouble = put_port(target.address, call.argument(2)); !trouble.empty())
        return Answer::error(std::string(trouble));
    return apply(named, target);
}

}  // namespace spliced::control
