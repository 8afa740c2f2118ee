// The effective configuration as text, in the order of the table of keywords.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <type_traits>

#include "spliced/config/check_lines.hpp"
#include "spliced/config/dump_lines.hpp"
#include "spliced/config/keywords.hpp"
#include "spliced/config/load.hpp"
#include "spliced/config/quoted_words.hpp"
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
                line(fmt::format("{} {}", key, server.name), server_text(server));
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
