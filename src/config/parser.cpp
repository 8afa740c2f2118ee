#include "spliced/config/parser.hpp"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "spliced/config/check_lines.hpp"
#include "spliced/config/foreign.hpp"
#include "spliced/config/hint.hpp"
#include "spliced/config/lines.hpp"
#include "spliced/config/resolvers_section.hpp"
#include "spliced/config/rule_lines.hpp"
#include "spliced/config/special.hpp"
#include "spliced/config/value.hpp"

namespace spliced::config {
namespace {

/// A key with single blanks: "timeout connect".
std::string normal(std::string_view key) {
    return fmt::format("{}", fmt::join(split_words(key), " "));
}

constexpr unsigned everywhere =
    in_global | in_defaults | in_frontend | in_listen | in_backend | in_stats | in_resolvers;

/// The row of a key and the name that it carries: "server web1" is the keyword "server" of web1.
struct Match {
    const Keyword* keyword = nullptr;
    std::string_view name;
    std::string_view surplus;  ///< what should not stand behind it
};

Match match(std::string_view key, unsigned sections) {
    if (const auto* whole = find_keyword(key, sections)) return {whole, {}, {}};
    auto words = split_words(key);
    // A name stands behind one word or two, as in "filter bwlim-in slow".
    for (std::size_t count = 1; count <= 2 && count < words.size(); ++count) {
        const auto* end = words[count - 1].data() + words[count - 1].size();
        auto head = key.substr(0, static_cast<std::size_t>(end - key.data()));
        const auto* keyword = find_keyword(head, sections);
        if (keyword != nullptr && takes_name(*keyword))
            return {keyword, words[count], words.size() > count + 1 ? words[count + 1] : std::string_view()};
    }
    return {};
}

std::string unknown_keyword(const Line& line, unsigned section) {
    auto key = line.key;
    if (key == "mode" && line.value == "http") return foreign_keyword("mode http");
    if (auto advice = foreign_keyword(key); !advice.empty()) return advice;
    auto words = split_words(key);
    const auto* head = find_keyword(words.front(), section);
    if (words.size() > 1 && head != nullptr)
        return fmt::format("'{}' takes no name: write '{} = ...'", head->name, head->name);
    std::vector<std::string_view> known;
    for (const auto& keyword : keywords())
        if ((keyword.sections & section) != 0) known.push_back(keyword.name);
    auto hint = suggestion(key, known);
    if (hint.empty() && words.size() == 2 &&
        !nearest_word(words[0], std::array{std::string_view("server")}).empty())
        hint = "; did you mean 'server NAME'?";
    return "unknown keyword" + hint;
}

// The table lets a keyword stand only in sections that have its field.
template <typename T>
T& field_of(T Global::*field, Draft& draft, ProxyDraft*) {
    return draft.global.*field;
}
template <typename T>
T& field_of(T StatusPage::*field, Draft& draft, ProxyDraft*) {
    return draft.page.*field;
}
template <typename T>
T& field_of(T Resolvers::*field, Draft& draft, ProxyDraft*) {
    return draft.resolvers.back().*field;
}
template <typename T>
T& field_of(T Frontend::*field, Draft&, ProxyDraft* proxy) {
    return proxy->front.*field;
}
template <typename T>
T& field_of(T Backend::*field, Draft&, ProxyDraft* proxy) {
    return proxy->back.*field;
}
std::string& field_of(HealthText field, Draft&, ProxyDraft* proxy) {
    return proxy->back.health_check.*field;
}

}  // namespace

Draft Parser::take() && {
    if (auto daemon = seen_in_global_.find("daemon"); daemon != seen_in_global_.end())
        draft_.daemon_where = daemon->second;
    return std::move(draft_);
}

void Parser::read(const std::string& file, const std::vector<IniSection>& sections) {
    for (const auto& section : sections) read_section(file, section);
}

void Parser::read_section(const std::string& file, const IniSection& section) {
    auto header = read_section_header(section.name, {file, section.line}, mistakes_);
    if (!header) return;
    if (header->section == in_global)
        return read_entries(file, section, {in_global, nullptr, seen_in_global_});
    if (header->section == in_stats) {
        draft_.page.where = {file, section.line};
        return read_entries(file, section, {in_stats, nullptr, seen_in_stats_});
    }
    if (header->section == in_resolvers) return read_resolvers(file, section, header->name);
    read_proxy(file, section, *header);
}

void Parser::read_resolvers(const std::string& file, const IniSection& section, std::string_view name) {
    for (const auto& other : draft_.resolvers)
        if (other.name == name)
            mistakes_.error({file, section.line},
                            fmt::format("[{}]: stands already at {}", section.name, text_of(other.where)));
    Resolvers resolvers;
    resolvers.name = name;
    resolvers.where = {file, section.line};
    draft_.resolvers.push_back(std::move(resolvers));
    Seen seen;
    read_entries(file, section, {in_resolvers, nullptr, seen});
    add_system_servers(draft_.resolvers.back(), environment_, mistakes_);
}

void Parser::read_proxy(const std::string& file, const IniSection& section, SectionHeader header) {
    auto [kind, name] = header;
    // A [defaults] section begins anew; the others begin with what the last [defaults] said.
    auto proxy = kind == in_defaults ? ProxyDraft() : defaults_;
    proxy.section = kind;
    proxy.checks = {};
    proxy.name = proxy.front.name = proxy.back.name = name;
    proxy.where = proxy.front.where = proxy.back.where = {file, section.line};
    proxy.back.is_listen = kind == in_listen;
    if (const auto* rival = rival_of(proxy))
        mistakes_.error(proxy.where, fmt::format("[{}]: '{}' is taken by the section at {}", section.name,
                                                 name, text_of(rival->where)));
    Seen seen;
    read_entries(file, section, {kind, &proxy, seen});
    if (kind == in_defaults) {
        defaults_ = std::move(proxy);
        draft_.unused_defaults.push_back(defaults_.where);
        defaults_are_unused_ = true;
        return;
    }
    if (std::exchange(defaults_are_unused_, false)) draft_.unused_defaults.pop_back();
    draft_.proxies.push_back(std::move(proxy));
}

/// A frontend and a backend may share a name; a listen is both.
const ProxyDraft* Parser::rival_of(const ProxyDraft& proxy) const {
    if (proxy.name.empty()) return nullptr;
    for (const auto& other : draft_.proxies) {
        bool same_side = (other.has_front() && proxy.has_front()) || (other.has_back() && proxy.has_back());
        if (same_side && other.name == proxy.name) return &other;
    }
    return nullptr;
}

void Parser::read_entries(const std::string& file, const IniSection& section, Scope scope) {
    for (const auto& entry : section.entries) {
        auto key = normal(entry.key);
        read_entry({{file, entry.line}, key, {}, entry.value, environment_, mistakes_}, scope);
    }
}

void Parser::read_entry(const Line& line, Scope scope) {
    auto found = match(line.key, scope.section);
    if (found.keyword == nullptr) {
        auto elsewhere = match(line.key, everywhere);
        if (elsewhere.keyword == nullptr) return line.error(unknown_keyword(line, scope.section));
        unsigned sections = 0;
        for (const auto& keyword : keywords())
            if (keyword.name == elsewhere.keyword->name) sections |= keyword.sections;
        return line.error(
            fmt::format("belongs to {}, not to {}", sections_text(sections), sections_text(scope.section)));
    }
    if (takes_name(*found.keyword) && found.name.empty())
        return line.error(fmt::format("the name is missing: {} NAME = ...", found.keyword->name));
    if (!found.surplus.empty())
        return line.error(fmt::format("unexpected '{}' after the name", found.surplus));
    if (!is_name(found.name)) return line.error(fmt::format("a name is made of {}", letters_of_names));
    if (!may_repeat(*found.keyword) && !takes_name(*found.keyword) &&
        !is_first(line, std::string(line.key), scope.seen))
        return;
    auto named = Line{line.where, line.key, found.name, line.value, line.environment, line.mistakes};
    apply(named, *found.keyword, scope);
}

bool Parser::is_first(const Line& line, const std::string& key, Seen& seen) {
    auto [first, inserted] = seen.emplace(key, line.where);
    if (!inserted) line.error(fmt::format("stands already at {}", text_of(first->second)));
    return inserted;
}

void Parser::apply(const Line& line, const Keyword& keyword, Scope scope) {
    auto set = [&](auto target) {
        if constexpr (std::is_same_v<decltype(target), Special>) {
            apply_special(line, target, scope);
        } else if constexpr (std::is_same_v<decltype(target), CheckKind>) {
            read_check_option(line, target, *scope.proxy);
        } else {
            line.check(assign(field_of(target, draft_, scope.proxy), line.value, keyword.range));
        }
    };
    std::visit(set, keyword.target);
}

void Parser::apply_special(const Line& line, Special special, Scope scope) {
    auto& global = draft_.global;
    auto* proxy = scope.proxy;
    switch (special) {
        case Special::user:
            return read_user(line, global);
        case Special::group:
            return read_group(line, global);
        case Special::maxaccept:
            return read_maxaccept(line, global);
        case Special::page_bind:
            return read_page_bind(line, draft_.page);
        case Special::stats_socket:
            return read_stats_socket(line, global);
        case Special::stick:
            return read_stick_rule(line, *proxy);
        case Special::stick_table:
            return read_stick_table(line, *proxy);
        case Special::bind:
            return read_bind(line, *proxy);
        case Special::acl:
            return read_acl(line, *proxy);
        case Special::tcp_request:
            return read_request_rule(line, *proxy);
        case Special::use_backend:
            return read_backend_rule(line, *proxy);
        case Special::use_server:
            return read_server_rule(line, *proxy);
        case Special::server:
            proxy->idle_default_server.reset();
            return read_server(line, *proxy);
        case Special::bandwidth_in:
            return read_bandwidth_filter(line, BandwidthFilter::Direction::in, *proxy);
        case Special::bandwidth_out:
            return read_bandwidth_filter(line, BandwidthFilter::Direction::out, *proxy);
        case Special::server_template:
            proxy->idle_default_server.reset();
            return read_server_template(line, *proxy);
        case Special::nameserver:
            return read_nameserver(line, draft_.resolvers.back());
        case Special::default_server:
            if (proxy->has_back()) proxy->idle_default_server = line.where;
            return read_default_server(line, *proxy);
        case Special::tcp_check:
            return read_tcp_check(line, *proxy);
        case Special::http_check:
            return read_http_check(line, *proxy);
        case Special::balance:
            return read_balance(line, *proxy);
        case Special::hash_type:
            return read_hash_type(line, *proxy);
        case Special::hash_balance_factor:
            return read_hash_balance_factor(line, *proxy);
        case Special::id:
            return read_id(line, *proxy);
        case Special::source:
            return read_source(line, *proxy);
        case Special::smart_option:
            return read_smart_option(line);
        case Special::nolinger:
            return read_nolinger(line, *proxy);
        case Special::errorfile:
            return read_errorfile(line, *proxy);
        case Special::both_keepalives:
            return read_both_keepalives(line, *proxy);
        case Special::backend_choice:
            proxy->default_backend = line.value;
            proxy->default_backend_where = line.where;
            return;
        case Special::description:
            if (proxy == nullptr) {
                global.description = line.value;
            } else {
                proxy->front.description = proxy->back.description = line.value;
            }
            return;
        case Special::log_tag:
            if (proxy == nullptr)
                global.log_tag = line.value;
            else
                proxy->front.log_tag = proxy->back.log_tag = line.value;
            return;
        case Special::log:
            if (line.value != "global") return read_log(line, proxy == nullptr ? global.logs : proxy->logs);
            if (proxy == nullptr)
                return line.error("'global' stands for the targets given here; it is for proxies");
            proxy->log_global = true;
            return;
    }
}

}  // namespace spliced::config
