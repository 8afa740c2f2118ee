#include "spliced/config/finish.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "spliced/base/text.hpp"

namespace spliced::config {
namespace {

class Finisher {
  public:
    Finisher(Draft draft, Mistakes& mistakes)
        : draft_(std::move(draft)), mistakes_(mistakes), lines_are_sound_(!mistakes.any_error()) {}

    Config finish() &&;

  private:
    void collect_logs(ProxyDraft& proxy);
    void add_backend(ProxyDraft& proxy);
    void add_frontend(ProxyDraft& proxy);
    std::optional<std::size_t> backend_of(const ProxyDraft& proxy);
    void claim(const Bind& bind);
    /// A section seems to lack what was refused in it, so only sound lines are worth a warning.
    void warn(const ProxyDraft& proxy, std::string_view message) {
        if (lines_are_sound_) mistakes_.warning(proxy.where, fmt::format("'{}' {}", proxy.name, message));
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
    for (auto& proxy : draft_.proxies) collect_logs(proxy);
    // All backends first: a frontend may name one that stands below it.
    for (auto& proxy : draft_.proxies)
        if (proxy.has_back()) add_backend(proxy);
    for (auto& proxy : draft_.proxies)
        if (proxy.has_front()) add_frontend(proxy);
    return std::move(config_);
}

void Finisher::collect_logs(ProxyDraft& proxy) {
    if (proxy.log_global)
        proxy.logs.insert(proxy.logs.begin(), config_.global.logs.begin(), config_.global.logs.end());
}

void Finisher::add_backend(ProxyDraft& proxy) {
    auto backend = std::move(proxy.back);
    backend.logs = proxy.logs;
    backends_.emplace(backend.name, config_.backends.size());
    config_.backends.push_back(std::move(backend));
}

void Finisher::add_frontend(ProxyDraft& proxy) {
    auto frontend = std::move(proxy.front);
    frontend.logs = proxy.logs;
    frontend.backend = backend_of(proxy);
    if (frontend.binds.empty()) warn(proxy, "has no 'bind': nobody can connect to it");
    unsigned id = 0;
    for (auto& bind : frontend.binds) {
        bind.id = ++id;
        claim(bind);
    }
    config_.frontends.push_back(std::move(frontend));
}

/// What `default_backend` names; else, for a listen, the section itself.
std::optional<std::size_t> Finisher::backend_of(const ProxyDraft& proxy) {
    if (!proxy.default_backend.empty()) {
        if (auto found = backends_.find(proxy.default_backend); found != backends_.end())
            return found->second;
        std::vector<std::string_view> known;
        for (const auto& [name, index] : backends_) known.push_back(name);
        auto near = nearest(proxy.default_backend, known);
        mistakes_.error(proxy.default_backend_where,
                        fmt::format("'default_backend': there is no backend '{}'{}", proxy.default_backend,
                                    near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
        return std::nullopt;
    }
    if (!proxy.has_back()) {
        mistakes_.warning(
            proxy.where,
            fmt::format("'{}' has no 'default_backend': every connection will be closed", proxy.name));
        return std::nullopt;
    }
    auto own = backends_.at(proxy.name);
    if (config_.backends[own].servers.empty())
        warn(proxy, "has no 'server': every connection will be closed");
    return own;
}

/// Two listeners on one address would share its connections by chance, as each has SO_REUSEPORT, or fail to
/// start.
void Finisher::claim(const Bind& bind) {
    auto text = bind.inherited_fd ? fmt::format("fd@{}", *bind.inherited_fd) : bind.address.text();
    auto [first, inserted] = claimed_.emplace(text + bind.interface, bind.where);
    if (!inserted)
        mistakes_.error(bind.where, fmt::format("'bind': {} is taken by {}", text, text_of(first->second)));
}

}  // namespace

Config finish(Draft draft, Mistakes& mistakes) {
    return Finisher(std::move(draft), mistakes).finish();
}

}  // namespace spliced::config
