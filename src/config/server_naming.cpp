#include "spliced/config/server_naming.hpp"

#include <array>

#include "spliced/base/units.hpp"

namespace spliced::config {
namespace {

using Source = InitialAddress::Source;

/// A template of more is more likely a mistyped port.
constexpr unsigned most_of_template = 10'000;

struct NamedSource {
    std::string_view name;
    Source source;
};
constexpr std::array sources{NamedSource{"last", Source::last}, NamedSource{"libc", Source::libc},
                             NamedSource{"none", Source::none}};

Result<os::Address> numeric(std::string_view text) {
    auto endpoint = os::parse_endpoint(text, os::PortRule::none);
    if (!endpoint) return endpoint.error();
    if (endpoint->kind != os::Endpoint::Kind::ip || endpoint->host.empty())
        return Error{fmt::format("'{}' is not an IP address", text)};
    return os::address_of(*endpoint, [&](const std::string&, sa_family_t) -> Result<os::Address> {
        return Error{fmt::format("'{}' is neither 'last', 'libc', 'none' nor an IP address", text)};
    });
}

Result<void> set_initial(Naming& naming, std::string_view argument) {
    naming.initial_sources.clear();
    for (auto word : split_at(argument, ',')) {
        const auto* named = std::find_if(sources.begin(), sources.end(),
                                         [&](const NamedSource& each) { return each.name == word; });
        if (named != sources.end()) {
            naming.initial_sources.push_back({named->source, {}});
            continue;
        }
        auto address = numeric(word);
        if (!address) return address.error();
        naming.initial_sources.push_back({Source::given, *address});
    }
    return {};
}

Result<void> set_options(Naming& naming, std::string_view argument) {
    for (auto word : split_at(argument, ',')) {
        if (word == "allow-dup-ip")
            naming.allows_shared = true;
        else if (word == "prevent-dup-ip")
            naming.allows_shared = false;
        else if (word == "ignore-weight")
            naming.ignores_weight = true;
        else
            return Error{
                fmt::format("'{}' is neither 'allow-dup-ip', 'prevent-dup-ip' nor 'ignore-weight'", word)};
    }
    return {};
}

Result<void> set_preferred(Naming& naming, std::string_view argument) {
    naming.preferred.clear();
    for (auto word : split_at(argument, ',')) {
        auto net = os::Subnet::parse(word);
        if (!net) return net.error();
        naming.preferred.push_back(*net);
    }
    return {};
}

std::string shown_initial(const Naming& naming) {
    std::string text;
    for (const auto& each : naming.initial_sources) {
        if (!text.empty()) text += ',';
        if (each.source == Source::given) text += each.address.host_text();
        for (const auto& named : sources)
            if (named.source == each.source) text += named.name;
    }
    return text;
}

std::string shown_options(const Naming& naming) {
    std::string text = naming.allows_shared ? "allow-dup-ip" : "";
    if (naming.ignores_weight) text += text.empty() ? "ignore-weight" : ",ignore-weight";
    return text;
}

std::string shown_preferred(const Naming& naming) {
    std::string text;
    for (const auto& net : naming.preferred) text += (text.empty() ? "" : ",") + net.text();
    return text;
}

/// A link-local address carries the name of an interface, which the system must look up.
bool is_numeric(const os::Endpoint& endpoint) {
    if (endpoint.host.find(':') != std::string::npos) return true;
    auto no_name = [](const std::string&, sa_family_t) -> Result<os::Address> { return Error{"a name"}; };
    auto address = os::address_of(endpoint, no_name);
    return address || address.error().message != "a name";
}

/// The first address of a name, from the first of its sources that has one; of no family where `none` ends
/// the list. `last` is for a process that runs, and its servers keep what they have (ServerPool::adopt).
Result<os::Address> first_address(const Naming& naming, const Environment& environment) {
    constexpr std::array presets{InitialAddress{Source::last, {}}, InitialAddress{Source::libc, {}}};
    std::span<const InitialAddress> list(naming.initial_sources);
    if (list.empty()) list = presets;
    Error failure{fmt::format("'init-addr': no source has an address for '{}'", naming.host)};
    for (const auto& each : list) {
        Result<os::Address> found = Error{};
        if (each.source == Source::none) return os::Address();
        if (each.source == Source::libc) {
            found = environment.look_up(naming.host, naming.family);
            if (!found) failure = found.error();
        }
        if (each.source == Source::given) found = each.address;
        if (!found) continue;
        found->set_port(naming.port);
        return found;
    }
    return failure;
}

/// Nothing of it blocks a process that serves.
void settle_followed(const Line& line, Server& server) {
    Naming& naming = server.naming;
    if (naming.is_service() || line.environment.running) return;
    auto address = first_address(naming, line.environment);
    if (address) {
        naming.initial = *address;
        return;
    }
    if (!naming.initial_sources.empty())
        return line.error(
            fmt::format("{}; 'none' at the end of 'init-addr' lets it start", address.error().message));
    line.warning(fmt::format("{}; it waits in maintenance until '{}' has an answer", address.error().message,
                             naming.resolvers));
}

}  // namespace

Result<void> set_naming(Naming& naming, ServerSpecial parameter, std::string_view argument) {
    switch (parameter) {
        case ServerSpecial::resolvers:
            naming.resolvers = argument;
            return {};
        case ServerSpecial::resolve_prefer:
            if (argument != "ipv4" && argument != "ipv6")
                return Error{fmt::format("'{}' is neither ipv4 nor ipv6", argument)};
            naming.prefers_ipv4 = argument == "ipv4";
            return {};
        case ServerSpecial::resolve_net:
            return set_preferred(naming, argument);
        case ServerSpecial::resolve_opts:
            return set_options(naming, argument);
        case ServerSpecial::init_addr:
            return set_initial(naming, argument);
        default:
            return Error{"is not about names"};
    }
}

std::string shown_naming(const Naming& naming, ServerSpecial parameter) {
    switch (parameter) {
        case ServerSpecial::resolvers:
            return naming.resolvers;
        case ServerSpecial::resolve_prefer:
            return naming.prefers_ipv4 ? "ipv4" : "";
        case ServerSpecial::resolve_net:
            return shown_preferred(naming);
        case ServerSpecial::resolve_opts:
            return shown_options(naming);
        case ServerSpecial::init_addr:
            return shown_initial(naming);
        default:
            return {};
    }
}

void settle_server_address(const Line& line, const os::Endpoint& written, Server& server) {
    Naming& naming = server.naming;
    if (written.kind != os::Endpoint::Kind::ip || is_numeric(written)) {
        naming = {};  // `default-server` may speak of names; this server has none
        auto address = os::address_of(written, line.environment.look_up);
        if (line.check(address)) server.address = *address;
        return;
    }
    naming.host = written.host;
    naming.family = written.family;
    if (const config::Source& source = server.own_source; source.is_given()) {
        if (naming.family != AF_UNSPEC && naming.family != source.address.family())
            return line.error(fmt::format("'source' {} and the name's prefix are of different families",
                                          source.address.host_text()));
        naming.family = source.address.family();
    }
    naming.port = written.first_port;
    if (naming.is_followed()) return settle_followed(line, server);
    if (naming.is_service())
        return line.error(fmt::format("'{}' is a name of services: it needs 'resolvers ID'", naming.host));
    auto address = first_address(naming, line.environment);
    if (!address)
        return line.error(fmt::format("{}; 'init-addr none' lets the server start without an address",
                                      address.error().message));
    server.address = *address;
}

Result<TemplateRange> parse_template_range(std::string_view text) {
    auto dash = text.find('-');
    TemplateRange range;
    if (dash != std::string_view::npos) {
        auto first = parse_integer(text.substr(0, dash), {0, INT32_MAX});
        if (!first) return first.error();
        range.first = static_cast<unsigned>(*first);
        text.remove_prefix(dash + 1);
    }
    auto last = parse_integer(text, {1, INT32_MAX});
    if (!last) return last.error();
    range.last = static_cast<unsigned>(*last);
    if (range.last < range.first) return Error{"the range runs backwards"};
    if (range.last - range.first >= most_of_template)
        return Error{fmt::format("more than {} servers in one template", most_of_template)};
    return range;
}

}  // namespace spliced::config
