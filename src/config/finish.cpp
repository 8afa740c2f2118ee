#include "spliced/config/finish.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <map>
#include <tuple>
#include <utility>

#include "spliced/config/bind_key.hpp"
#include "spliced/config/check_finish.hpp"
#include "spliced/config/check_lines.hpp"
#include "spliced/config/hint.hpp"
#include "spliced/config/numbering.hpp"
#include "spliced/config/resolve_rules.hpp"
#include "spliced/config/special.hpp"

namespace spliced::config {
namespace {

class Finisher {
  public:
    Finisher(Draft draft, Mistakes& mistakes)
        : draft_(std::move(draft)), mistakes_(mistakes), lines_are_sound_(!mistakes.any_error()) {}

    Config finish() &&;

  private:
    void collect_logs(ProxyDraft& proxy);
    void add_stick_table(ProxyDraft& proxy);
    void sign_logs(std::vector<LogTarget>& logs, const std::string& tag) const;
    void add_backend(ProxyDraft& proxy);
    void add_frontend(ProxyDraft& proxy);
    std::optional<std::size_t> backend_of(const ProxyDraft& proxy);
    void check_own_servers(const ProxyDraft& proxy, std::size_t chosen);
    void warn_of_idle_options(const ProxyDraft& proxy);
    void warn_of_idle_limits();
    void claim_page();
    void warn_of_lost_logs();
    void warn_of_hasty_rules();
    void claim_stats_sockets();
    void claim(const std::string& key, std::string_view keyword, const Location& where);
    /// A section seems to lack what was refused in it, so only sound lines are worth a warning.
    void warn_at(const Location& where, std::string message) {
        if (lines_are_sound_) mistakes_.warning(where, std::move(message));
    }
    void warn(const ProxyDraft& proxy, std::string_view message) {
        warn_at(proxy.where, fmt::format("'{}' {}", proxy.name, message));
    }

    Draft draft_;
    Mistakes& mistakes_;
    bool lines_are_sound_;
    Config config_;
    std::map<std::string, std::size_t, std::less<>> backends_;
    std::map<std::string, Location> claimed_;
};

Config Finisher::finish() && {
    config_.global = std::move(draft_.global);
    config_.page = std::move(draft_.page);
    config_.resolvers = std::move(draft_.resolvers);
    sign_logs(config_.global.logs, {});
    for (const auto& where : draft_.unused_defaults)
        warn_at(where,
                "no section takes these [defaults]: they reach those below, until the next [defaults]");
    Numbering numbering(2);  // HAProxy keeps 1 for itself
    unsigned place = 0;
    for (const auto& proxy : draft_.proxies) numbering.claim(proxy.back.own_id, proxy.where, mistakes_);
    for (auto& proxy : draft_.proxies) {
        proxy.front.id = proxy.back.id = numbering.give(proxy.back.own_id);
        proxy.front.place = proxy.back.place = place++;
        warn_of_idle_options(proxy);
        collect_logs(proxy);
        add_stick_table(proxy);
    }
    // All backends first: a frontend may name one that stands below it.
    for (auto& proxy : draft_.proxies)
        if (proxy.has_back()) add_backend(proxy);
    for (auto& proxy : draft_.proxies)
        if (proxy.has_front()) add_frontend(proxy);
    resolve_rules(config_, mistakes_);
    warn_of_idle_limits();
    warn_of_hasty_rules();
    finish_checks(config_, mistakes_);
    claim_page();
    claim_stats_sockets();
    warn_of_lost_logs();
    return std::move(config_);
}

void Finisher::collect_logs(ProxyDraft& proxy) {
    sign_logs(proxy.logs, proxy.front.log_tag);
    if (!proxy.log_global) return;
    auto global = config_.global.logs;
    if (!proxy.front.log_tag.empty()) sign_logs(global, proxy.front.log_tag);
    proxy.logs.insert(proxy.logs.begin(), global.begin(), global.end());
}

/// `log-tag` and `log-send-hostname`: what each line carries of its sender.
void Finisher::sign_logs(std::vector<LogTarget>& logs, const std::string& tag) const {
    const auto& name = config_.global.log_send_hostname;
    for (auto& log : logs) {
        log.tag = tag.empty() ? config_.global.log_tag : tag;
        if (name == "no") continue;
        if (log.format == LogFormat::local) log.format = LogFormat::rfc3164;
        if (name != "yes") log.host = name;
    }
}

/// A table is named as its section is; a frontend and a backend may share a name, tables may not.
void Finisher::add_stick_table(ProxyDraft& proxy) {
    if (!proxy.stick_table) return;
    for (const auto& other : config_.stick_tables)
        if (other.name == proxy.name)
            return mistakes_.error(proxy.stick_table->where,
                                   fmt::format("'stick-table': a table '{}' stands at {}: rename one section",
                                               proxy.name, text_of(other.where)));
    proxy.stick_table->name = proxy.name;
    proxy.stick_table->of_backend = proxy.section == in_backend;
    config_.stick_tables.push_back(std::move(*proxy.stick_table));
}

void Finisher::add_backend(ProxyDraft& proxy) {
    auto backend = std::move(proxy.back);
    if (proxy.has_front() && !proxy.front.binds.empty())
        backend.health_check.listener = proxy.front.binds.front().address;
    backend.logs = proxy.logs;
    number_servers(backend.servers, mistakes_);
    settle_sockets(backend, config_.global, mistakes_);
    if (auto mistake = mistake_in_balance(backend); !mistake.empty()) mistakes_.error(backend.where, mistake);
    if (backend.hash_balance_factor != 0 && !backend.hash_type.consistent)
        warn(proxy, "has 'hash-balance-factor', which has no effect without 'hash-type = consistent'");
    backends_.emplace(backend.name, config_.backends.size());
    config_.backends.push_back(std::move(backend));
}

void Finisher::add_frontend(ProxyDraft& proxy) {
    auto backend = backend_of(proxy);
    auto frontend = std::move(proxy.front);
    frontend.logs = proxy.logs;
    frontend.backend = backend;
    if (frontend.binds.empty()) warn(proxy, "has no 'bind': nobody can connect to it");
    settle_sockets(frontend, config_.global);
    unsigned id = 0;
    for (auto& bind : frontend.binds) {
        bind.id = ++id;
        claim(bind_key(bind), "bind", bind.where);
    }
    config_.frontends.push_back(std::move(frontend));
}

void Finisher::warn_of_idle_limits() {
    for (const auto& frontend : config_.frontends)
        for (const BandwidthFilter& filter : frontend.bandwidth_filters)
            if (!filter.used)
                warn_at(filter.where,
                        fmt::format("no rule puts connections under the limit '{}', so it has no effect; "
                                    "'bwlim-in' and the like of 'bind' need no rule",
                                    filter.name));
}

/// What `default_backend` names; else, for a listen, the section itself.
std::optional<std::size_t> Finisher::backend_of(const ProxyDraft& proxy) {
    if (!proxy.default_backend.empty()) {
        if (auto found = backends_.find(proxy.default_backend); found != backends_.end()) {
            check_own_servers(proxy, found->second);
            return found->second;
        }
        std::vector<std::string_view> known;
        for (const auto& [name, index] : backends_) known.push_back(name);
        mistakes_.error(proxy.default_backend_where,
                        fmt::format("'default_backend': there is no backend '{}'{}", proxy.default_backend,
                                    suggestion(proxy.default_backend, known)));
        return std::nullopt;
    }
    if (!proxy.has_back()) {
        if (!proxy.front.rules.backends.empty()) return std::nullopt;  // those whom no rule takes go nowhere
        warn(proxy, "has no 'default_backend': every connection will be closed");
        return std::nullopt;
    }
    auto own = backends_.at(proxy.name);
    if (config_.backends[own].servers.empty())
        warn(proxy, "has no 'server': every connection will be closed");
    return own;
}

/// As in HAProxy, the chosen backend goes before the section's own servers.
void Finisher::check_own_servers(const ProxyDraft& proxy, std::size_t chosen) {
    if (!proxy.has_back()) return;
    auto own = backends_.at(proxy.name);
    if (own != chosen && !config_.backends[own].servers.empty())
        warn(proxy,
             fmt::format("has servers that are never used: its connections go to 'default_backend = {}'",
                         proxy.default_backend));
}

/// What the section asks for and cannot have.
void Finisher::warn_of_idle_options(const ProxyDraft& proxy) {
    const auto& front = proxy.front;
    if (proxy.has_front() && !front.logs_sessions())
        for (auto [wanted, option] :
             {std::pair(front.dontlognull, "option dontlognull"), std::pair(front.logasap, "option logasap")})
            if (wanted)
                warn(proxy,
                     fmt::format("has '{}', which has no effect without 'option tcplog = yes'", option));
    for (auto [begun, kind, keyword] :
         {std::tuple(proxy.checks.tcp_rules_begun, CheckKind::tcp, "tcp-check"),
          std::tuple(proxy.checks.http_rules_begun, CheckKind::http, "http-check")})
        if (proxy.has_back() && begun && proxy.back.health_check.kind != kind)
            warn(proxy, fmt::format("has '{}', which has no effect without '{}'", keyword, option_of(kind)));
    if (proxy.idle_default_server)
        warn_at(*proxy.idle_default_server,
                "'default-server': no 'server' stands below it in the section, so it has no effect");
}

/// The background has /dev/null in place of the terminal.
void Finisher::warn_of_lost_logs() {
    if (!config_.global.daemon) return;
    const LogTarget* lost = nullptr;
    auto look = [&](const std::vector<LogTarget>& logs) {
        for (const auto& log : logs) {
            bool to_terminal = log.descriptor == STDOUT_FILENO || log.descriptor == STDERR_FILENO;
            if (log.kind == LogTarget::Kind::descriptor && to_terminal && lost == nullptr) lost = &log;
        }
    };
    look(config_.global.logs);
    for (const auto& frontend : config_.frontends) look(frontend.logs);
    for (const auto& backend : config_.backends) look(backend.logs);
    if (lost != nullptr)
        warn_at(draft_.daemon_where,
                fmt::format("'daemon': in the background the lines of 'log = {}' are lost", lost->text));
}

/// The classic mistake with SNI: without rules that wait, none of the client's bytes are there yet.
void Finisher::warn_of_hasty_rules() {
    auto look = [&](const std::string& name, const Location& where, SectionRules& rules, milliseconds delay) {
        if (!look_into_content(rules)) return;
        if (delay == milliseconds::zero())
            warn_at(where,
                    fmt::format("'{}' has rules on what clients send, and no 'tcp-request inspect-delay' "
                                "to wait for it",
                                name));
        else if (rules.requests.content.empty())
            warn_at(where, fmt::format("'{}' has 'use_backend' rules on what clients send, and no rule that "
                                       "waits for it: add 'tcp-request = content accept if "
                                       "{{ req.ssl_hello_type 1 }}'",
                                       name));
    };
    for (auto& frontend : config_.frontends)
        look(frontend.name, frontend.where, frontend.rules, frontend.inspect_delay);
    for (auto& backend : config_.backends)
        look(backend.name, backend.where, backend.rules, backend.inspect_delay);
}

/// After the frontends, so that the message stands at the page's line, where the remedy is.
void Finisher::claim_page() {
    const StatusPage& page = config_.page;
    if (page.where.line != 0 && page.binds.empty())
        warn_at(page.where, "[stats] has no 'bind': there is no status page");
    for (const auto& bind : page.binds) claim(bind_key(bind), "bind", bind.where);
}

/// A second listener on an address fails to start, or with SO_REUSEPORT takes connections from the first by
/// chance.
void Finisher::claim(const std::string& key, std::string_view keyword, const Location& where) {
    auto [first, inserted] = claimed_.emplace(key, where);
    if (!inserted)
        mistakes_.error(where, fmt::format("'{}': {} is taken by {}", keyword, key, text_of(first->second)));
}

void Finisher::claim_stats_sockets() {
    for (const auto& socket : config_.global.stats_sockets) {
        Bind bind;
        bind.address = socket.address;
        bind.inherited_fd = socket.inherited_fd;
        claim(bind_key(bind), "stats socket", socket.where);
    }
}

}  // namespace

Config finish(Draft draft, Mistakes& mistakes) {
    return Finisher(std::move(draft), mistakes).finish();
}

}  // namespace spliced::config
