#include "spliced/config/resolve_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "spliced/config/hint.hpp"

namespace spliced::config {
namespace {

using rules::Argument;
using rules::ArgumentKind;

template <typename List>
std::optional<std::size_t> index_of(const List& list, std::string_view name) {
    auto found = std::ranges::find_if(list, [&](const auto& each) { return each.name == name; });
    if (found == list.end()) return std::nullopt;
    return static_cast<std::size_t>(found - list.begin());
}

template <typename List>
std::string none_of_that_name(std::string_view what, std::string_view name, const List& list) {
    std::vector<std::string_view> known;
    known.reserve(list.size());
    for (const auto& each : list) known.push_back(each.name);
    return fmt::format("there is no {} '{}'{}", what, name, suggestion(name, known));
}

/// The rules of one section.
class Resolver {
  public:
    Resolver(Config& config, Mistakes& mistakes, SectionRules& rules, std::string file)
        : config_(config), mistakes_(mistakes), rules_(rules), file_(std::move(file)) {}

    std::optional<std::size_t> own_frontend;
    std::optional<std::size_t> own_backend;

    void resolve();
    void resolve_server_rules(Backend& backend);

  private:
    void resolve_rule(std::string_view key, unsigned line, rules::Expression& expression);
    Result<void> resolve_argument(Argument& argument) const;
    Result<void> resolve_server(Argument& argument) const;
    Result<std::size_t> backend_named(std::string_view name) const;
    void error(std::string_view key, unsigned line, std::string_view message) {
        mistakes_.error({file_, line}, fmt::format("'{}': {}", key, message));
    }

    Config& config_;
    Mistakes& mistakes_;
    SectionRules& rules_;
    std::string file_;
};

void Resolver::resolve() {
    for (auto* list : {&rules_.requests.connection, &rules_.requests.session, &rules_.requests.content})
        for (rules::Rule& rule : *list)
            rule.each_expression(
                [&](rules::Expression& each) { resolve_rule("tcp-request", rule.line, each); });
    for (BackendRule& rule : rules_.backends) {
        std::string key = fmt::format("use_backend {}", rule.name);
        rule.condition.each_expression([&](rules::Expression& each) { resolve_rule(key, rule.line, each); });
        if (auto index = index_of(config_.backends, rule.name))
            rule.backend = *index;
        else
            error(key, rule.line, none_of_that_name("backend", rule.name, config_.backends));
    }
}

void Resolver::resolve_server_rules(Backend& backend) {
    for (ServerRule& rule : backend.server_rules) {
        std::string key = fmt::format("use-server {}", rule.name);
        rule.condition.each_expression([&](rules::Expression& each) { resolve_rule(key, rule.line, each); });
        if (!index_of(backend.servers, rule.name))
            error(key, rule.line, none_of_that_name("server", rule.name, backend.servers));
    }
}

void Resolver::resolve_rule(std::string_view key, unsigned line, rules::Expression& expression) {
    for (Argument& argument : expression.arguments())
        if (auto resolved = resolve_argument(argument); !resolved)
            error(key, line, fmt::format("{}: {}", expression.call().fetch->name, resolved.error().message));
}

Result<std::size_t> Resolver::backend_named(std::string_view name) const {
    if (name.empty()) {
        if (own_backend) return *own_backend;
        return Error{"this section has no servers of its own; name a backend in parentheses"};
    }
    if (auto index = index_of(config_.backends, name)) return *index;
    return Error{none_of_that_name("backend", name, config_.backends)};
}

Result<void> Resolver::resolve_argument(Argument& argument) const {
    switch (argument.kind) {
        case ArgumentKind::none:
        case ArgumentKind::number:
        case ArgumentKind::text:
            return {};
        case ArgumentKind::server:
            return resolve_server(argument);
        case ArgumentKind::backend: {
            auto index = backend_named(argument.text);
            if (!index) return index.error();
            argument.name = config_.backends[*index].name;
            return {};
        }
        case ArgumentKind::frontend:
            break;
    }
    auto index = argument.text.empty() ? own_frontend : index_of(config_.frontends, argument.text);
    if (!index && argument.text.empty())
        return Error{"this section has no clients of its own; name a frontend in parentheses"};
    if (!index) return Error{none_of_that_name("frontend", argument.text, config_.frontends)};
    argument.name = config_.frontends[*index].name;
    return {};
}

Result<void> Resolver::resolve_server(Argument& argument) const {
    std::string_view name = argument.text;
    auto slash = name.find('/');
    auto backend = backend_named(slash == std::string_view::npos ? "" : name.substr(0, slash));
    if (!backend) return backend.error();
    if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
    const auto& servers = config_.backends[*backend].servers;
    if (!index_of(servers, name)) return Error{none_of_that_name("server", name, servers)};
    argument.name = config_.backends[*backend].name;
    argument.server = name;
    return {};
}

}  // namespace

void resolve_rules(Config& config, Mistakes& mistakes) {
    for (std::size_t i = 0; i < config.frontends.size(); ++i) {
        Frontend& frontend = config.frontends[i];
        Resolver resolver(config, mistakes, frontend.rules, frontend.where.file);
        resolver.own_frontend = i;
        auto own = index_of(config.backends, frontend.name);
        if (own && config.backends[*own].is_listen) resolver.own_backend = own;
        resolver.resolve();
    }
    for (std::size_t i = 0; i < config.backends.size(); ++i) {
        Backend& backend = config.backends[i];
        Resolver resolver(config, mistakes, backend.rules, backend.where.file);
        resolver.own_backend = i;
        if (backend.is_listen) resolver.own_frontend = index_of(config.frontends, backend.name);
        resolver.resolve();
        resolver.resolve_server_rules(backend);
    }
}

bool look_into_content(SectionRules& rules) {
    bool they_do = false;
    auto look = [&](const rules::Expression& expression) {
        they_do = they_do || expression.call().fetch->earliest == rules::Stage::content;
    };
    for (rules::Rule& rule : rules.requests.content) rule.each_expression(look);
    for (BackendRule& rule : rules.backends) rule.condition.each_expression(look);
    return they_do;
}

}  // namespace spliced::config
