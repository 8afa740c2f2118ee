#include "spliced/config/resolve_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "spliced/config/counter_data.hpp"
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
    Resolver(Config& config, Mistakes& mistakes, SectionRules& rules, std::string name, std::string file)
        : config_(config),
          mistakes_(mistakes),
          rules_(rules),
          name_(std::move(name)),
          file_(std::move(file)) {}

    std::optional<std::size_t> own_frontend;
    std::optional<std::size_t> own_backend;

    void resolve();
    void resolve_server_rules(Backend& backend);
    void resolve(StickRule& rule);

  private:
    void resolve_rule(std::string_view key, unsigned line, rules::Expression& expression);
    void resolve_target(std::string_view key, unsigned line, Argument& argument);
    void warn_of_absent_data(std::string_view key, unsigned line, const rules::Call& call);
    Result<void> resolve_argument(Argument& argument) const;
    Result<void> resolve_limit(Argument& argument) const;
    Result<void> resolve_server(Argument& argument) const;
    Result<void> resolve_table(Argument& argument) const;
    Result<std::size_t> backend_named(std::string_view name) const;
    void error(std::string_view key, unsigned line, std::string_view message) {
        mistakes_.error({file_, line}, fmt::format("'{}': {}", key, message));
    }

    Config& config_;
    Mistakes& mistakes_;
    SectionRules& rules_;
    std::string name_;  ///< of the section, and of its table
    std::string file_;
};

void Resolver::resolve() {
    for (auto* list : {&rules_.requests.connection, &rules_.requests.session, &rules_.requests.content})
        for (rules::Rule& rule : *list) {
            rule.each_expression(
                [&](rules::Expression& each) { resolve_rule("tcp-request", rule.line, each); });
            rule.each_argument([&](Argument& each) { resolve_target("tcp-request", rule.line, each); });
        }
    for (BackendRule& rule : rules_.backends) {
        std::string key = fmt::format("use_backend {}", rule.name);
        rule.condition.each_expression([&](rules::Expression& each) { resolve_rule(key, rule.line, each); });
        if (auto index = index_of(config_.backends, rule.name))
            rule.backend = *index;
        else
            error(key, rule.line, none_of_that_name("backend", rule.name, config_.backends));
    }
}

/// Entries of its table must have room for the server.
void Resolver::resolve(StickRule& rule) {
    rule.condition.each_expression([&](rules::Expression& each) { resolve_rule("stick", rule.line, each); });
    resolve_rule("stick", rule.line, rule.key);
    resolve_target("stick", rule.line, rule.table);
    for (StickTable& table : config_.stick_tables) {
        if (table.name != rule.table.name) continue;
        table.keep(StickData::server_id);
        table.keep(StickData::server_key);
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
    bool is_of_tracked = expression.call().fetch->id == rules::FetchId::sc_counter;
    expression.each_argument([&](Argument& argument) {
        if (is_of_tracked && argument.text.empty()) return;  // in whichever table it is tracked
        if (auto resolved = resolve_argument(argument); !resolved)
            error(key, line, fmt::format("{}: {}", expression.call().fetch->name, resolved.error().message));
    });
    warn_of_absent_data(key, line, expression.call());
}

/// HAProxy keeps silent about a limit that never holds.
void Resolver::warn_of_absent_data(std::string_view key, unsigned line, const rules::Call& call) {
    if (call.fetch->id != rules::FetchId::src_counter) return;
    auto table = index_of(config_.stick_tables, call.arguments[0].name);
    auto data = data_of(call.fetch->counter);
    if (!table || !data || config_.stick_tables[*table].stores(*data)) return;
    mistakes_.warning({file_, line},
                      fmt::format("'{}': {}: the table '{}' does not store {}, so this never holds", key,
                                  call.fetch->name, call.arguments[0].name, row_of(*data).name));
}

/// What an action, or a line of `stick`, is about.
void Resolver::resolve_target(std::string_view key, unsigned line, Argument& argument) {
    if (auto resolved = resolve_argument(argument); !resolved) error(key, line, resolved.error().message);
}

Result<void> Resolver::resolve_table(Argument& argument) const {
    argument.name = argument.text.empty() ? name_ : argument.text;
    if (index_of(config_.stick_tables, argument.name)) return {};
    if (argument.text.empty()) return Error{"this section has no 'stick-table' of its own; name a table"};
    return Error{none_of_that_name("table", argument.text, config_.stick_tables)};
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
        case ArgumentKind::slot:
        case ArgumentKind::text:
            return {};
        case ArgumentKind::table:
            return resolve_table(argument);
        case ArgumentKind::limit:
            return resolve_limit(argument);
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

Result<void> Resolver::resolve_limit(Argument& argument) const {
    if (!own_frontend)
        return Error{"set-bandwidth-limit: its filter stands where clients connect, and so must it"};
    auto& filters = config_.frontends[*own_frontend].bandwidth_filters;
    auto index = index_of(filters, argument.text);
    if (!index) return Error{none_of_that_name("filter", argument.text, filters)};
    argument.number = static_cast<std::int64_t>(*index);
    filters[*index].used = true;
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
        Resolver resolver(config, mistakes, frontend.rules, frontend.name, frontend.where.file);
        resolver.own_frontend = i;
        auto own = index_of(config.backends, frontend.name);
        if (own && config.backends[*own].is_listen) resolver.own_backend = own;
        resolver.resolve();
    }
    for (std::size_t i = 0; i < config.backends.size(); ++i) {
        Backend& backend = config.backends[i];
        Resolver resolver(config, mistakes, backend.rules, backend.name, backend.where.file);
        resolver.own_backend = i;
        if (backend.is_listen) resolver.own_frontend = index_of(config.frontends, backend.name);
        resolver.resolve();
        resolver.resolve_server_rules(backend);
        for (StickRule& rule : backend.stick_rules) resolver.resolve(rule);
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
