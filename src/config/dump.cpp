// The effective configuration as text, in the order of the table of keywords.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <type_traits>

#include "spliced/config/check_lines.hpp"
#include "spliced/config/keywords.hpp"
#include "spliced/config/load.hpp"
#include "spliced/config/parameters.hpp"
#include "spliced/config/proxy_v2_options.hpp"
#include "spliced/config/quoted_words.hpp"
#include "spliced/config/server_naming.hpp"
#include "spliced/config/source_text.hpp"
#include "spliced/config/special.hpp"
#include "spliced/config/value.hpp"

namespace spliced::config {
namespace {

/// One section; a listen has both halves.
struct View {
    Sections section;
    const Config& config;
    const Frontend* front = nullptr;
    const Backend* back = nullptr;
    const Resolvers* resolvers = nullptr;
};

std::string address_text(const os::Address& address) {
    auto text = address.text();
    bool relative_path = address.is_unix() && !address.path().empty() && !text.starts_with('/');
    return relative_path ? "unix@" + text : text;
}

/// The parameters of a table that differ from those of a fresh object.
template <typename Table, typename Show>
std::string parameters_text(const Table& table, Show show) {
    std::string text;
    for (const auto& row : table) {
        std::string value = std::visit(show, row.target);
        if (value.empty()) continue;
        text += fmt::format(" {}", row.name);
        if (takes_argument(row.target)) text += " " + value;
    }
    return text;
}

/// A flag that was set away from its default shows itself by a value that is not written.
template <typename Owner, typename Field>
std::string changed(const Owner& owner, Flag<Owner, Field> flag) {
    Field wanted = flag.value;
    return owner.*flag.field == wanted && Owner{}.*flag.field != wanted ? "set" : "";
}

template <typename Owner, typename Field>
std::string changed(const Owner& owner, Field Owner::*field) {
    auto value = shown(owner.*field);
    return value == shown(Owner{}.*field) ? "" : value;
}

struct BindView {
    const Bind& bind;

    template <typename Field>
    std::string operator()(Field field) const {
        return changed(bind, field);
    }
    std::string operator()(BindSpecial special) const {
        const auto& rights = bind.rights;
        switch (special) {
            case BindSpecial::mode:
                return rights.mode ? fmt::format("{:o}", *rights.mode) : "";
            case BindSpecial::user:
                return shown(rights.user);
            case BindSpecial::group:
                return shown(rights.group);
            case BindSpecial::accept_proxy_from:
                return bind.accept_proxy_from.text();
        }
        return {};
    }
};

struct ServerView {
    const Server& server;

    template <typename Field>
    std::string operator()(Field Server::*field) const {
        return changed(server, field);
    }
    template <typename Field>
    std::string operator()(Field Check::*field) const {
        return changed(server.check, field);
    }
    template <typename Field>
    std::string operator()(Field Agent::*field) const {
        return changed(server.agent, field);
    }
    std::string operator()(Flag<Agent> flag) const { return changed(server.agent, flag); }
    std::string operator()(Flag<Server> flag) const { return changed(server, flag); }
    std::string operator()(Flag<Check> flag) const { return changed(server.check, flag); }
    std::string operator()(ServerSpecial special) const {
        const auto& check = server.check.address;
        switch (special) {
            case ServerSpecial::port:
                if (check.family() == AF_UNSPEC)
                    return server.check.port == 0 ? "" : std::to_string(server.check.port);
                return (check.port() == server.address.port() && !checks_without_header()) || check.is_unix()
                           ? ""
                           : std::to_string(check.port());
            case ServerSpecial::addr:
                return check.host_text() == server.address.host_text() &&
                               !(checks_without_header() && check.is_unix())
                           ? ""
                           : host_text(check);
            case ServerSpecial::agent_addr:
                return agent_host();
            case ServerSpecial::agent_send:
                return server.agent.send.empty() ? "" : parameter_word(server.agent.send);
            case ServerSpecial::observe:
                return server.observed ? "layer4" : "";
            case ServerSpecial::on_error:
                return server.on_error == OnError::fail_check ? "" : std::string(name_of(server.on_error));
            case ServerSpecial::on_marked_down:
                return server.down_ends_sessions ? "shutdown-sessions" : "";
            case ServerSpecial::on_marked_up:
                return server.up_ends_backup_sessions ? "shutdown-backup-sessions" : "";
            case ServerSpecial::track:
                return server.track;
            case ServerSpecial::source:
                return address_text_of(server.own_source);
            case ServerSpecial::usesrc:
                return disguise_text_of(server.own_source);
            case ServerSpecial::interface:
                return server.own_source.interface;
            case ServerSpecial::proxy_v2_options:
                return shown(server.proxy_v2);
            case ServerSpecial::resolvers:
            case ServerSpecial::resolve_prefer:
            case ServerSpecial::resolve_net:
            case ServerSpecial::resolve_opts:
            case ServerSpecial::init_addr:
                return server.address.family() == AF_UNSPEC ? shown_naming(server.naming, special) : "";
        }
        return {};
    }

  private:
    /// Which it owes to a `port` or an `addr` that says nothing else.
    bool checks_without_header() const {
        bool elsewhere = server.check.address.host_text() != server.address.host_text();
        return server.sends_header() && !server.check.send_proxy && !elsewhere;
    }
    std::string agent_host() const {
        const auto& agent = server.agent.address;
        bool own = agent.family() != AF_UNSPEC && agent.host_text() != server.address.host_text();
        return own ? host_text(agent) : "";
    }
    static std::string host_text(const os::Address& address) {
        return address.is_unix() ? address_text(address) : address.host_text();
    }
};

/// A name that is followed, or has no address yet, stands as it is.
std::string server_address_text(const Server& server) {
    if (server.address.family() != AF_UNSPEC) return address_text(server.address);
    const Naming& naming = server.naming;
    bool prefixed = naming.family != AF_UNSPEC && !server.own_source.is_given();
    std::string text = !prefixed ? "" : naming.family == AF_INET ? "ipv4@" : "ipv6@";
    text += naming.host;
    return naming.port == 0 ? text : fmt::format("{}:{}", text, naming.port);
}

std::string bind_text(const Bind& bind) {
    auto address = bind.inherited_fd ? fmt::format("fd@{}", *bind.inherited_fd) : address_text(bind.address);
    return address + parameters_text(bind_parameters(), BindView{bind});
}

/// In the order of the table of parameters.
std::string stats_socket_text(const StatsSocket& socket) {
    auto text =
        socket.inherited_fd ? fmt::format("fd@{}", *socket.inherited_fd) : address_text(socket.address);
    const auto& rights = socket.rights;
    if (rights.mode) text += fmt::format(" mode {:o}", *rights.mode);
    if (rights.user) text += fmt::format(" user {}", *rights.user);
    if (rights.group) text += fmt::format(" group {}", *rights.group);
    text += fmt::format(" level {}", name_of(socket.level));
    if (socket.exposes_listeners) text += " expose-fd listeners";
    return text;
}

std::string log_text(const LogTarget& log) {
    std::string sample = log.sample.takes_all() ? "" : fmt::format(" sample {}", log.sample.text());
    return fmt::format("{} len {} format {}{} {} {} {}", log.text, log.max_length, name_of(log.format),
                       sample, name_of_facility(log.facility), name_of(log.max), name_of(log.min));
}

class Dumper {
  public:
    explicit Dumper(const Config& config) : config_(config) {}

    std::string text() &&;

  private:
    void section(std::string_view header, const View& view);
    void special(std::string_view key, Special special, const View& view);
    void line(std::string_view key, std::string_view value) {
        if (!value.empty()) fmt::format_to(std::back_inserter(text_), "{:<19} = {}\n", key, value);
    }
    void proxy(const Frontend& frontend);
    void proxy(const Backend& backend) {
        section(fmt::format("backend {}", backend.name), {in_backend, config_, nullptr, &backend});
    }
    void bandwidth_filters(std::string_view key, BandwidthFilter::Direction direction, const Frontend& front);
    std::string backend_choice(const View& view) const;
    std::string table_choice(const View& view) const;

    const Config& config_;
    std::size_t backends_done_ = 0;
    std::string text_;
};

// Frontends, backends, and the listens that are both: each side keeps its own order.
std::string Dumper::text() && {
    section("global", {in_global, config_});
    if (!config_.page.binds.empty()) section("stats", {in_stats, config_});
    for (const auto& resolvers : config_.resolvers)
        section(fmt::format("resolvers {}", resolvers.name),
                {in_resolvers, config_, nullptr, nullptr, &resolvers});
    for (const auto& frontend : config_.frontends) proxy(frontend);
    while (backends_done_ < config_.backends.size()) proxy(config_.backends[backends_done_++]);
    return std::move(text_);
}

void Dumper::proxy(const Frontend& frontend) {
    const auto& backends = config_.backends;
    auto own = std::find_if(backends.begin(), backends.end(), [&](const Backend& backend) {
        return backend.is_listen && backend.name == frontend.name;
    });
    if (own == backends.end())
        return section(fmt::format("frontend {}", frontend.name), {in_frontend, config_, &frontend});
    while (&backends[backends_done_] != &*own) proxy(backends[backends_done_++]);
    ++backends_done_;
    section(fmt::format("listen {}", frontend.name), {in_listen, config_, &frontend, &*own});
}

template <typename T>
std::string field_text(T Global::*field, const View& view) {
    return shown(view.config.global.*field);
}
template <typename T>
std::string field_text(T StatusPage::*field, const View& view) {
    return shown(view.config.page.*field);
}
template <typename T>
std::string field_text(T Resolvers::*field, const View& view) {
    return shown(view.resolvers->*field);
}
template <typename T>
std::string field_text(T Frontend::*field, const View& view) {
    return shown(view.front->*field);
}
template <typename T>
std::string field_text(T Backend::*field, const View& view) {
    return shown(view.back->*field);
}

std::string field_text(HealthText field, const View& view) {
    return view.back->health_check.*field;
}
/// Of the kinds of check one is chosen, and the others say nothing.
std::string field_text(CheckKind kind, const View& view) {
    const HealthCheck& check = view.back->health_check;
    if (check.kind != kind) return {};
    return check.argument.empty() ? "yes" : check.argument;
}

void Dumper::section(std::string_view header, const View& view) {
    text_ += fmt::format("{}[{}]\n", text_.empty() ? "" : "\n", header);
    for (const auto& keyword : keywords()) {
        if ((keyword.sections & view.section) == 0) continue;
        auto show = [&](auto target) {
            if constexpr (std::is_same_v<decltype(target), Special>) {
                special(keyword.name, target, view);
            } else {
                line(keyword.name, field_text(target, view));
            }
        };
        std::visit(show, keyword.target);
    }
}

const SectionRules& rules_of(const View& view) {
    return view.front ? view.front->rules : view.back->rules;
}

std::array<const std::vector<rules::Rule>*, 3> requests_of(const View& view) {
    const rules::RuleSet& requests = rules_of(view).requests;
    return {&requests.connection, &requests.session, &requests.content};
}

void Dumper::special(std::string_view key, Special special, const View& view) {
    const auto& global = config_.global;
    switch (special) {
        case Special::user:
            return line(key, global.user_name);
        case Special::group:
            return line(key, global.group_name);
        case Special::maxaccept:
            return line(key, shown(global.maxaccept));
        case Special::description:
            return line(key, view.front  ? view.front->description
                             : view.back ? view.back->description
                                         : global.description);
        case Special::log:
            for (const auto& log : view.front ? view.front->logs : view.back ? view.back->logs : global.logs)
                line(key, log_text(log));
            return;
        case Special::log_tag:
            return line(key, view.front  ? view.front->log_tag
                             : view.back ? view.back->log_tag
                                         : global.log_tag);
        case Special::page_bind:
            for (const auto& bind : config_.page.binds) line(key, bind_text(bind));
            return;
        case Special::stats_socket:
            for (const auto& socket : global.stats_sockets) line(key, stats_socket_text(socket));
            return;
        case Special::stick:
            for (const StickRule& rule : view.back->stick_rules) line(key, rule.text);
            return;
        case Special::stick_table:
            return line(key, table_choice(view));
        case Special::bind:
            for (const auto& bind : view.front->binds) line(key, bind_text(bind));
            return;
        case Special::bandwidth_in:
            return bandwidth_filters(key, BandwidthFilter::Direction::in, *view.front);
        case Special::bandwidth_out:
            return bandwidth_filters(key, BandwidthFilter::Direction::out, *view.front);
        case Special::acl:
            for (const AclLine& acl : rules_of(view).acls)
                line(fmt::format("{} {}", key, acl.name), acl.text);
            return;
        case Special::tcp_request:
            for (const auto* rules : requests_of(view))
                for (const rules::Rule& rule : *rules) line(key, rule.text);
            return;
        case Special::use_backend:
            for (const BackendRule& rule : rules_of(view).backends)
                line(fmt::format("{} {}", key, rule.name), rule.text);
            return;
        case Special::use_server:
            for (const ServerRule& rule : view.back->server_rules)
                line(fmt::format("{} {}", key, rule.name), rule.text);
            return;
        case Special::server:
            for (const auto& server : view.back->servers)
                line(fmt::format("{} {}", key, server.name),
                     server_address_text(server) + parameters_text(server_parameters(), ServerView{server}));
            return;
        case Special::tcp_check:
            for (const auto& rule : view.back->health_check.tcp_rules) line(key, rule.text);
            return;
        case Special::http_check:
            for (const auto& rule : view.back->health_check.http_rules) line(key, rule.text);
            if (view.back->health_check.not_found_stops) line(key, "disable-on-404");
            return;
        case Special::balance:
            return line(key, text_of_balance(*view.back));
        case Special::hash_type:
            return line(key, text_of(view.back->hash_type));
        case Special::hash_balance_factor:
            return line(key, shown(view.back->hash_balance_factor));
        case Special::id:
            return line(key, shown(view.front ? view.front->own_id : view.back->own_id));
        case Special::source:
            return line(key, text_of(view.back->source));
        case Special::nolinger:
            return line(key, shown(view.front ? view.front->nolinger : view.back->nolinger));
        case Special::errorfile:
            return line(key, view.front ? view.front->sorry_path : view.back->sorry_path);
        case Special::backend_choice:
            return line(key, backend_choice(view));
        case Special::nameserver:
            for (const auto& server : view.resolvers->servers)
                if (!server.of_system)
                    line(fmt::format("{} {}", key, server.name),
                         (server.tcp ? "tcp@" : "") + server.address.text());
            return;
        case Special::server_template:  // is the servers that it stands for by now
        case Special::smart_option:     // is always so
        case Special::default_server:   // is part of each server by now
        case Special::both_keepalives:  // is option clitcpka and option srvtcpka by now
            return;
    }
}

void Dumper::bandwidth_filters(std::string_view key, BandwidthFilter::Direction direction,
                               const Frontend& front) {
    for (const BandwidthFilter& filter : front.bandwidth_filters) {
        if (filter.direction != direction) continue;
        auto text =
            fmt::format("default-limit {} default-period {}", shown(filter.bytes), shown(filter.period));
        if (filter.min_size != 0) text += " min-size " + shown(filter.min_size);
        line(fmt::format("{} {}", key, filter.name), text);
    }
}

std::string Dumper::backend_choice(const View& view) const {
    if (!view.front->backend) return {};
    const auto& chosen = config_.backends[*view.front->backend];
    return &chosen == view.back ? std::string() : chosen.name;
}

std::string Dumper::table_choice(const View& view) const {
    for (const auto& table : config_.stick_tables) {
        // A frontend and a backend of one name are two sections; the line tells whose table it is.
        bool is_here = view.front ? view.front->name == table.name && !table.of_backend
                                  : view.back->name == table.name && table.of_backend;
        if (is_here) return text_of(table);
    }
    return {};
}

}  // namespace

std::string dump(const Config& config) {
    return Dumper(config).text();
}

}  // namespace spliced::config
