#include "spliced/os/endpoint.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "spliced/base/text.hpp"
#include "spliced/base/units.hpp"

namespace spliced::os {
namespace {

struct Prefix {
    std::string_view text;
    Endpoint::Kind kind;
    sa_family_t family;
};

constexpr std::array prefixes{Prefix{"ipv4@", Endpoint::Kind::ip, AF_INET},
                              Prefix{"ipv6@", Endpoint::Kind::ip, AF_INET6},
                              Prefix{"unix@", Endpoint::Kind::unix_path, AF_UNIX},
                              Prefix{"abns@", Endpoint::Kind::unix_abstract, AF_UNIX},
                              Prefix{"fd@", Endpoint::Kind::descriptor, AF_UNSPEC}};

/// inet_pton(3) for both families; absent where the text is a name.
std::optional<Address> numeric(const std::string& host) {
    in_addr v4{};
    if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return Address::ipv4(ntohl(v4.s_addr), 0);
    in6_addr v6{};
    if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) return Address::ipv6(v6, 0);
    return std::nullopt;
}

/// Letters of names and of numeric addresses; keeps a forgotten blank or comma from becoming a DNS question.
bool could_be_host(std::string_view host) {
    return std::all_of(host.begin(), host.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view("-_.:%").find(static_cast<char>(c)) != std::string_view::npos;
    });
}

Result<std::uint16_t> parse_port(std::string_view text) {
    auto port = parse_integer(text, {1, UINT16_MAX});
    if (!port) return Error{fmt::format("port {}", port.error().message)};
    return static_cast<std::uint16_t>(*port);
}

Result<Endpoint> with_ports(Endpoint endpoint, std::string_view text, PortRule rule) {
    bool may_be_absent = rule == PortRule::optional || rule == PortRule::optional_range;
    bool may_be_range = rule == PortRule::range || rule == PortRule::optional_range;
    if (text.empty() && may_be_absent) return endpoint;
    if (rule == PortRule::none) return Error{"no port may stand here"};
    if (text.empty()) return Error{"the port is missing"};
    auto dash = may_be_range ? text.find('-') : std::string_view::npos;
    auto first = parse_port(text.substr(0, dash));
    if (!first) return first.error();
    auto last = dash == std::string_view::npos ? first : parse_port(text.substr(dash + 1));
    if (!last) return last.error();
    if (*last < *first) return Error{fmt::format("the port range {} runs backwards", text)};
    endpoint.first_port = *first;
    endpoint.last_port = *last;
    endpoint.has_port = true;
    return endpoint;
}

Result<Endpoint> parse_bracketed(Endpoint endpoint, std::string_view text, PortRule rule) {
    auto end = text.find(']');
    if (end == std::string_view::npos) return Error{"the ']' is missing"};
    endpoint.host = text.substr(1, end - 1);
    // "%eth0" behind a link-local address is for the resolver to understand.
    auto found = numeric(endpoint.host.substr(0, endpoint.host.find('%')));
    if (!found || found->family() != AF_INET6)
        return Error{fmt::format("'{}' is not an IPv6 address", endpoint.host)};
    auto rest = text.substr(end + 1);
    if (!rest.empty() && rest.front() != ':') return Error{"after ']' only ':PORT' may stand"};
    return with_ports(std::move(endpoint), rest.substr(rest.empty() ? 0 : 1), rule);
}

Result<Endpoint> parse_ip(Endpoint endpoint, std::string_view text, PortRule rule) {
    if (!text.empty() && text.front() == '[') return parse_bracketed(std::move(endpoint), text, rule);
    bool port_may_be_absent =
        rule == PortRule::none || rule == PortRule::optional || rule == PortRule::optional_range;
    auto colon = port_may_be_absent && numeric(std::string(text)) ? std::string_view::npos : text.rfind(':');
    auto host = text.substr(0, colon);
    if (!could_be_host(host) && host != "*") return Error{fmt::format("'{}' is not a host", host)};
    if (host != "*") endpoint.host = host;
    if (colon == std::string_view::npos && endpoint.host.empty()) return Error{"the address is missing"};
    if (colon == std::string_view::npos && port_may_be_absent) return endpoint;
    return with_ports(std::move(endpoint), colon == std::string_view::npos ? "" : text.substr(colon + 1),
                      rule);
}

/// Adds to an error what it is about.
Result<Endpoint> name_it(Result<Endpoint> result, std::string_view text) {
    if (result) return result;
    return Error{fmt::format("address '{}': {}", text, result.error().message)};
}

Result<Endpoint> parse_descriptor(Endpoint endpoint, std::string_view text) {
    auto number = parse_integer(text, {0, INT32_MAX});
    if (!number) return number.error();
    endpoint.descriptor = static_cast<int>(*number);
    return endpoint;
}

Result<Endpoint> parse_prefixed(const Prefix& prefix, std::string_view rest, PortRule rule) {
    Endpoint endpoint;
    endpoint.kind = prefix.kind;
    endpoint.family = prefix.family;
    if (prefix.kind == Endpoint::Kind::ip) return parse_ip(std::move(endpoint), rest, rule);
    if (prefix.kind == Endpoint::Kind::descriptor) return parse_descriptor(std::move(endpoint), rest);
    if (rest.empty()) return Error{"the name is missing"};
    endpoint.host = rest;
    return endpoint;
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view text, PortRule rule) {
    for (const auto& prefix : prefixes)
        if (text.starts_with(prefix.text))
            return name_it(parse_prefixed(prefix, text.substr(prefix.text.size()), rule), text);
    if (text.starts_with('/')) return parse_prefixed(prefixes[2], text, rule);
    if (auto at = text.find('@'); at != std::string_view::npos)
        return Error{fmt::format(
            "address '{}': the prefix '{}' is not supported; there are ipv4@ ipv6@ unix@ abns@ fd@", text,
            text.substr(0, at + 1))};
    return name_it(parse_ip({}, text, rule), text);
}

Result<Address> address_of(const Endpoint& endpoint, const Lookup& lookup) {
    switch (endpoint.kind) {
        case Endpoint::Kind::unix_path:
            return Address::unix_path(endpoint.host);
        case Endpoint::Kind::unix_abstract:
            return Address::unix_abstract(endpoint.host);
        case Endpoint::Kind::descriptor:
            return Error{fmt::format("fd@{} has no address; only a 'bind' may use it", endpoint.descriptor)};
        case Endpoint::Kind::ip:
            break;
    }
    if (endpoint.host.empty())
        return endpoint.family == AF_INET6 ? Address::ipv6(in6addr_any, endpoint.first_port)
                                           : Address::ipv4(INADDR_ANY, endpoint.first_port);
    auto known = numeric(endpoint.host);
    auto found = known ? Result<Address>(*known) : lookup(endpoint.host, endpoint.family);
    if (!found) return found;
    if (endpoint.family != AF_UNSPEC && found->family() != endpoint.family)
        return Error{fmt::format("{} is not an {} address", endpoint.host,
                                 endpoint.family == AF_INET ? "IPv4" : "IPv6")};
    found->set_port(endpoint.first_port);
    return found;
}

}  // namespace spliced::os
