#include "spliced/control/server_address.hpp"

#include <fmt/format.h>

#include "spliced/os/endpoint.hpp"

namespace spliced::control {
namespace {

constexpr std::string_view by_whom = " by 'stats socket command'\n";
constexpr long largest_port = 65535;

/// Numeric alone: a look-up could block the loop.
Result<os::Address> numeric(std::string_view text) {
    auto endpoint = os::parse_endpoint(text, os::PortRule::none);
    if (!endpoint) return endpoint.error();
    if (endpoint->kind != os::Endpoint::Kind::ip || endpoint->host.empty()) return Error{"not an IP address"};
    return os::address_of(*endpoint, [](const std::string& host, sa_family_t) -> Result<os::Address> {
        return Error{host + " is a name"};
    });
}

/// Sets the port of `address`, and tells what became of it.
std::string change_port(os::Address& address, const NamedServer& named, const std::string& text) {
    bool relative = text.starts_with('+') || text.starts_with('-');
    auto number = parse_number(text);
    if (!number || *number > largest_port || (!relative && *number < 1))
        return fmt::format("problem converting port '{}' to an int", text);
    if (relative)
        return "can't change <port> to port map because it is incompatible with current health check port "
               "configuration (use 'port' statement from the 'server' directive.";
    auto old = named.server->address().port();
    address.set_port(static_cast<std::uint16_t>(*number));
    if (old == address.port()) return "no need to change the port";
    return fmt::format("port changed from '{}' to '{}'", old, address.port());
}

}  // namespace

Answer change_address(const NamedServer& named, std::string_view address, bool with_port,
                      const std::string& port) {
    if (address.empty())
        return Answer::error("set server <b>/<s> addr requires an address and optionally a port.\n");
    const os::Address& old = named.server->address();
    auto wanted = numeric(address);
    if (!wanted) return Answer::warning(fmt::format("Invalid addr '{}'{}", address, by_whom));
    if (old.is_unix() && !with_port)
        return Answer::error("the server is on a unix socket: an address needs a port as well.\n");
    wanted->set_port(old.family() == AF_UNSPEC ? named.server->settings().naming.port : old.port());
    bool same = old.is_ip() && old.host_text() == wanted->host_text();
    std::string text =
        same ? "no need to change the addr"
             : fmt::format("IP changed from '{}' to '{}'", old.host_text(), wanted->host_text());
    if (with_port) text += ", " + change_port(*wanted, named, port);
    if (wanted->port() != 0) {
        named.backend->pool().set_address(*named.server, *wanted);
        constexpr unsigned missing = balance::resolution_maintenance;
        named.backend->set_admin(*named.server, named.server->admin() & ~missing);
    }
    return Answer::warning(text.append(by_whom));
}

Answer change_host(proxy::Engine& engine, const NamedServer& named, std::string_view host) {
    const config::Naming& naming = named.server->settings().naming;
    if (host.empty()) return Answer::error("set server <b>/<s> fqdn requires a FQDN.\n");
    if (naming.is_service())
        return Answer::error("set server <b>/<s> fqdn failed because SRV resolution is configured.\n");
    if (!naming.is_followed())
        return Answer::error("set server <b>/<s> fqdn failed because no resolution is configured.\n");
    auto endpoint = os::parse_endpoint(host, os::PortRule::none);
    if (!endpoint || endpoint->kind != os::Endpoint::Kind::ip || host.starts_with('_') ||
        endpoint->family != AF_UNSPEC)
        return Answer::error("invalid FQDN.\n");
    std::string before = named.server->host();
    if (before == host) return Answer::done();
    engine.discovery().set_host(*named.backend, *named.server, std::string(host));
    return Answer::warning(fmt::format("{}/{} changed its FQDN from {} to {} by 'stats socket command'\n",
                                       named.backend->name(), named.server->name(), before, host));
}

}  // namespace spliced::control
