#include "spliced/config/resolvers_section.hpp"

#include <set>

namespace spliced::config {
namespace {

constexpr const char* system_file = "/etc/resolv.conf";
constexpr std::size_t largest_system_file = std::size_t{64} << 10;
constexpr std::uint16_t name_service = 53;
constexpr std::string_view default_section = "default";

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// Numeric alone: a name server whose own name had to be resolved could not begin.
Result<os::Address> numeric(std::string_view text) {
    auto endpoint = os::parse_endpoint(text, os::PortRule::optional);
    if (!endpoint) return endpoint.error();
    if (endpoint->kind != os::Endpoint::Kind::ip || endpoint->host.empty())
        return Error{fmt::format("'{}' is not an IP address with a port", text)};
    auto address = os::address_of(*endpoint, [](const std::string& host, sa_family_t) -> Result<os::Address> {
        return Error{fmt::format("'{}' is not an IP address", host)};
    });
    if (address && address->port() == 0) address->set_port(name_service);
    return address;
}

/// The addresses behind `nameserver` in the lines of resolv.conf(5).
std::vector<std::string> servers_in(std::string_view text) {
    std::vector<std::string> found;
    for (auto line : split_at(text, '\n')) {
        auto words = split_words(line);
        if (words.size() > 1 && words[0] == "nameserver") found.emplace_back(words[1]);
    }
    return found;
}

bool has(const Resolvers& resolvers, const os::Address& address) {
    for (const auto& server : resolvers.servers)
        if (!server.tcp && server.address == address) return true;
    return false;
}

}  // namespace

void read_nameserver(const Line& line, Resolvers& resolvers) {
    NameServer server;
    server.name = line.name;
    auto text = line.value;
    server.tcp = take_prefix(text, "tcp@");
    if (!server.tcp) take_prefix(text, "udp@");
    auto address = numeric(text);
    if (!line.check(address)) return;
    server.address = *address;
    for (const auto& other : resolvers.servers)
        if (other.name == server.name) return line.error("a name server of this name stands in the section");
    resolvers.servers.push_back(std::move(server));
}

void add_system_servers(Resolvers& resolvers, const Environment& environment, Mistakes& mistakes) {
    if (resolvers.of_system) {
        auto text = environment.read_file(system_file, largest_system_file);
        if (!text)
            mistakes.error(resolvers.where, fmt::format("'parse-resolv-conf': {}", text.error().message));
        for (const auto& host : text ? servers_in(*text) : std::vector<std::string>()) {
            auto address = numeric(host);
            if (!address || has(resolvers, *address)) continue;
            resolvers.servers.push_back({host, *address, false, true});
        }
    }
    if (resolvers.servers.empty())
        mistakes.error(resolvers.where,
                       fmt::format("[resolvers {}] has no name server: write 'nameserver NAME = IP:53', or "
                                   "'parse-resolv-conf = yes'",
                                   resolvers.name));
}

void join_resolvers(Draft& draft, const Environment& environment, Mistakes& mistakes) {
    std::set<std::string, std::less<>> known;
    for (const auto& resolvers : draft.resolvers) known.insert(resolvers.name);
    for (const auto& proxy : draft.proxies) {
        for (const auto& server : proxy.back.servers) {
            const std::string& wanted = server.naming.resolvers;
            if (wanted.empty() || known.contains(wanted)) continue;
            known.insert(wanted);
            if (wanted == default_section) {
                Resolvers resolvers;
                resolvers.name = wanted;
                resolvers.of_system = true;
                resolvers.where = server.where;
                draft.resolvers.push_back(std::move(resolvers));
                add_system_servers(draft.resolvers.back(), environment, mistakes);
                continue;
            }
            std::vector<std::string_view> names(known.begin(), known.end());
            std::erase(names, wanted);
            mistakes.error(server.where, fmt::format("'server {}': there is no section [resolvers {}]{}",
                                                     server.name, wanted, suggestion(wanted, names)));
        }
    }
}

}  // namespace spliced::config
