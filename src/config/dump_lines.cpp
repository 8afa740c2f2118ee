#include "spliced/config/dump_lines.hpp"

#include <fmt/format.h>

#include <type_traits>

#include "spliced/config/parameters.hpp"
#include "spliced/config/proxy_v2_options.hpp"
#include "spliced/config/quoted_words.hpp"
#include "spliced/config/server_naming.hpp"
#include "spliced/config/source_text.hpp"
#include "spliced/config/special.hpp"
#include "spliced/config/value.hpp"

namespace spliced::config {
namespace {

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

}  // namespace

std::string server_text(const Server& server) {
    return server_address_text(server) + parameters_text(server_parameters(), ServerView{server});
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

}  // namespace spliced::config
