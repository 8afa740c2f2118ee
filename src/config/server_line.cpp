// `server NAME = ADDRESS:PORT [parameters]` and `default-server = parameters`
#include "spliced/config/foreign.hpp"
#include "spliced/config/lines.hpp"
#include "spliced/config/proxy_v2_options.hpp"
#include "spliced/config/quoted_words.hpp"
#include "spliced/config/server_naming.hpp"
#include "spliced/config/source_text.hpp"
#include "spliced/config/special.hpp"
#include "spliced/config/value.hpp"

namespace spliced::config {
namespace {

Result<os::Address> read_address(const Environment& environment, std::string_view text, os::PortRule rule) {
    auto endpoint = os::parse_endpoint(text, rule);
    if (!endpoint) return endpoint.error();
    return os::address_of(*endpoint, environment.look_up);
}

/// Sets one parameter of a server.
struct Setter {
    ServerDraft& draft;
    const Environment& environment;
    std::string_view argument;
    Range range;

    Result<void> operator()(Flag<Server> flag) const {
        draft.server.*flag.field = flag.value;
        return {};
    }
    Result<void> operator()(Flag<Check> flag) const {
        draft.server.check.*flag.field = flag.value;
        return {};
    }
    Result<void> operator()(Flag<Agent> flag) const {
        draft.server.agent.*flag.field = flag.value;
        return {};
    }
    template <typename T>
    Result<void> operator()(T Agent::*field) const {
        return assign(draft.server.agent.*field, argument, range);
    }
    template <typename T>
    Result<void> operator()(T Server::*field) const {
        return assign(draft.server.*field, argument, range);
    }
    template <typename T>
    Result<void> operator()(T Check::*field) const {
        return assign(draft.server.check.*field, argument, range);
    }
    Result<void> operator()(ServerSpecial special) const {
        switch (special) {
            case ServerSpecial::port:
                return assign(draft.check_port, argument, {1, UINT16_MAX});
            case ServerSpecial::addr:
                return take(draft.check_address, os::PortRule::none);
            case ServerSpecial::agent_addr:
                return take(draft.agent_address, os::PortRule::none);
            case ServerSpecial::agent_send:
                return take_text(draft.server.agent.send);
            case ServerSpecial::observe:
                return take_word("layer4", draft.server.observed);
            case ServerSpecial::on_error:
                return take_on_error();
            case ServerSpecial::on_marked_down:
                return take_word("shutdown-sessions", draft.server.down_ends_sessions);
            case ServerSpecial::on_marked_up:
                return take_word("shutdown-backup-sessions", draft.server.up_ends_backup_sessions);
            case ServerSpecial::track:
                return assign(draft.server.track, argument, range);
            case ServerSpecial::source:
                return read_source_address(draft.server.own_source, argument, environment);
            case ServerSpecial::usesrc:
                return read_disguise(draft.server.own_source, argument, environment);
            case ServerSpecial::interface:
                return read_interface(draft.server.own_source, argument);
            case ServerSpecial::proxy_v2_options:
                return read_proxy_v2_options(argument, draft.server.proxy_v2);
            case ServerSpecial::resolvers:
            case ServerSpecial::resolve_prefer:
            case ServerSpecial::resolve_net:
            case ServerSpecial::resolve_opts:
            case ServerSpecial::init_addr:
                return set_naming(draft.server.naming, special, argument);
        }
        return {};
    }

  private:
    Result<void> take(std::optional<os::Address>& field, os::PortRule rule) const {
        auto address = read_address(environment, argument, rule);
        if (!address) return address.error();
        field = *address;
        return {};
    }
    /// The one word that the parameter takes.
    Result<void> take_word(std::string_view word, bool& field) const {
        if (argument != word) return Error{fmt::format("'{}' is not supported: write '{}'", argument, word)};
        field = true;
        return {};
    }
    Result<void> take_text(std::string& field) const {
        auto words = quoted_words(argument);
        if (!words) return words.error();
        if (words->size() != 1)
            return Error{fmt::format("'{}' is not one word: write a blank as \\x20", argument)};
        field = words->front();
        return {};
    }
    Result<void> take_on_error() const {
        auto named = on_error_named(argument);
        if (!named) return named.error();
        draft.server.on_error = *named;
        return {};
    }
};

void read_server_parameters(const Line& line, std::span<const std::string_view> words, ServerDraft& draft) {
    read_parameters(line, words, server_parameters(), foreign_server_parameter,
                    [&](const ServerParameter& row, std::string_view argument) {
                        return std::visit(Setter{draft, line.environment, argument, row.range}, row.target);
                    });
}

/// What stands in the address's place. Two of HAProxy's forms are refused by name.
Result<os::Endpoint> server_endpoint(std::string_view text) {
    auto endpoint = os::parse_endpoint(text, os::PortRule::optional);
    if (!endpoint) return endpoint.error();
    if (endpoint->kind == os::Endpoint::Kind::ip && endpoint->host.empty())
        return Error{fmt::format("address '{}': a server needs an address of its own", text)};
    bool is_service = endpoint->host.starts_with('_');
    if (endpoint->kind == os::Endpoint::Kind::ip && !endpoint->has_port && !is_service)
        return Error{
            fmt::format("address '{}': the port is missing; the client's port is not passed on", text)};
    return endpoint;
}

void settle_check_address(const Line& line, ServerDraft& draft) {
    auto& check = draft.server.check;
    // As in HAProxy, a check goes the way of the traffic unless it is sent elsewhere.
    if (!draft.check_port && !draft.check_address && draft.server.sends_header()) check.send_proxy = true;
    if (!draft.check_address && draft.server.address.family() == AF_UNSPEC) {
        check.port = draft.check_port.value_or(0);
        return;
    }
    check.address = draft.check_address.value_or(draft.server.address);
    if (draft.check_port && !check.address.is_ip()) line.error("a check of a unix socket has no 'port'");
    if (draft.check_port) {
        check.address.set_port(static_cast<std::uint16_t>(*draft.check_port));
    } else if (check.address.is_ip() && check.address.port() == 0) {
        bool is_known = draft.server.address.family() != AF_UNSPEC;
        check.address.set_port(is_known ? draft.server.address.port() : draft.server.naming.port);
    }
    if (check.address.is_ip() && check.address.port() == 0)
        line.error("'addr' needs a 'port' beside it here");
}

void settle_agent(const Line& line, ServerDraft& draft) {
    auto& agent = draft.server.agent;
    agent.address = draft.agent_address.value_or(draft.server.address);
    if (!agent.enabled) return;
    if (agent.port == 0) return line.error("'agent-check' needs 'agent-port' beside it");
    if (!agent.address.is_ip()) return line.error("'agent-check' needs an 'agent-addr' with a unix socket");
    agent.address.set_port(static_cast<std::uint16_t>(agent.port));
}

void check_tracking(const Line& line, const Server& server) {
    if (server.track.empty() || (!server.check.enabled && !server.agent.enabled)) return;
    line.error("'track' takes the health of another server over: remove 'check' and 'agent-check'");
}

const Server* server_named(const Backend& backend, std::string_view name) {
    for (const auto& server : backend.servers)
        if (server.name == name) return &server;
    return nullptr;
}

/// One server of the line; `words` begin with its address.
void add_server(const Line& line, std::string_view name, std::span<const std::string_view> words,
                ProxyDraft& proxy) {
    auto draft = proxy.default_server;
    draft.server.name = name;
    draft.server.where = line.where;
    auto endpoint = server_endpoint(words.front());
    bool known = line.check(endpoint);
    read_server_parameters(line, words.subspan(1), draft);
    if (known) {
        settle_server_address(line, *endpoint, draft.server);
        settle_check_address(line, draft);
        settle_agent(line, draft);
        check_tracking(line, draft.server);
    }
    if (auto mistake = mistake_in(draft.server.own_source); !mistake.empty()) line.error(mistake);
    if (const auto* first = server_named(proxy.back, name)) {
        auto subject = name == line.name ? std::string("this name") : fmt::format("the name '{}'", name);
        line.error(fmt::format("a server of {} stands at {}", subject, text_of(first->where)));
    } else {
        proxy.back.servers.push_back(std::move(draft.server));
    }
}

}  // namespace

void read_server(const Line& line, ProxyDraft& proxy) {
    add_server(line, line.name, split_words(line.value), proxy);
}

void read_server_template(const Line& line, ProxyDraft& proxy) {
    auto words = split_words(line.value);
    auto range = parse_template_range(words.front());
    if (!range)
        return line.error(fmt::format("{}: write the number of servers, or '1-5', in front of the name",
                                      range.error().message));
    if (words.size() < 2) return line.error("the name is missing: write 'PREFIX = 3 NAME:PORT ...'");
    for (unsigned number = range->first; number <= range->last; ++number) {
        auto before = proxy.back.servers.size();
        add_server(line, fmt::format("{}{}", line.name, number), std::span(words).subspan(1), proxy);
        bool sound = proxy.back.servers.size() > before;
        if (!sound || proxy.back.servers.back().naming.is_followed()) continue;
        return line.error("a template follows a name: it needs a name, and 'resolvers ID'");
    }
}

void read_default_server(const Line& line, ProxyDraft& proxy) {
    auto words = split_words(line.value);
    read_server_parameters(line, words, proxy.default_server);
}

}  // namespace spliced::config
