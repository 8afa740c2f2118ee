#include "spliced/proxy/engine.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spliced::proxy {
relay::PipePool::Settings pipe_settings(const config::Config& config, const Capacity& capacity) {
    return {config.global.nosplice ? 0 : capacity.maxpipes, config.global.pipesize};
}

CapacityDemand demand_of(const config::Config& config, std::size_t descriptors) {
    CapacityDemand demand;
    demand.descriptors = descriptors;
    demand.log_sinks = config.global.logs.size();
    for (const config::Frontend& frontend : config.frontends) {
        demand.listeners += frontend.binds.size();
        demand.log_sinks += frontend.logs.size();
    }
    for (const config::Backend& backend : config.backends) {
        demand.log_sinks += backend.logs.size();
        for (const config::Server& server : backend.servers)
            demand.checks += std::size_t{server.check.enabled} + std::size_t{server.agent.enabled};
    }
    for (const config::Resolvers& resolvers : config.resolvers)
        demand.name_servers += resolvers.servers.size();
    if (std::size_t sockets = config.global.stats_sockets.size())
        demand.admin = sockets * (1 + config.global.stats_maxconn);
    if (std::size_t sockets = config.page.binds.size()) demand.page = sockets + config.page.maxconn;
    demand.splice = !config.global.nosplice;
    demand.maxconn = config.global.maxconn;
    demand.maxpipes = config.global.maxpipes;
    return demand;
}

Result<ProxySinks> open_sinks(const config::Config& config, LogSinkPool& pool) {
    ProxySinks sinks;
    for (const config::Frontend& frontend : config.frontends) {
        auto opened = pool.open(frontend.logs);
        if (!opened) return opened.error();
        sinks.frontends.push_back(std::move(*opened));
    }
    for (const config::Backend& backend : config.backends) {
        auto opened = pool.open(backend.logs);
        if (!opened) return opened.error();
        sinks.backends.push_back(std::move(*opened));
    }
    return sinks;
}

Engine::Engine(std::shared_ptr<const config::Config> config, event::Loop& loop, const Capacity& capacity,
               ProxySinks sinks, BoundSockets sockets)
    : config_(std::move(config)),
      started_at_(loop.now()),
      started_wall_(std::chrono::system_clock::now()),
      capacity_(capacity),
      shared_(loop, pipe_settings(*config_, capacity)),
      discovery_(loop, backends_) {
    shared_.directory = this;
    reap_.bind<&Engine::on_reap>(loop, *this);
    shared_.connections.limit = capacity.maxconn;
    shared_.stick_tables.adopt(*config_);
    for (std::size_t i = 0; i < config_->backends.size(); ++i)
        backends_.push_back(
            std::make_unique<Backend>(config_->backends[i], shared_, std::move(sinks.backends[i])));
    shared_.sessions = &sessions_;
    shared_.observer = this;
    link_servers();
    RoomObserver& observer = *this;
    for (std::size_t i = 0; i < config_->frontends.size(); ++i) {
        frontends_.push_back(std::make_unique<Frontend>(setting_of(i, std::move(sinks.frontends[i])), shared_,
                                                        sessions_, observer));
        frontends_.back()->set_listeners(listeners_of(*frontends_.back(), std::move(sockets.by_frontend[i])));
    }
    set_fullconns();
    PaceObserver& pace_observer = *this;
    for (Pace* pace : {&shared_.connection_pace, &shared_.session_pace}) pace->observe(pace_observer);
    shared_.connection_pace.set_limit(config_->global.connection_rate);
    shared_.session_pace.set_limit(config_->global.session_rate);
}

// Where the file does not say it, a tenth of what its frontends take: HAProxy's default.
void Engine::set_fullconns() {
    for (auto& backend : backends_) {
        std::size_t sum = 0;
        for (const auto& frontend : frontends_) {
            if (!frontend->terms().lead_to(*backend)) continue;
            sum += frontend->sessions.limit ? frontend->sessions.limit : shared_.connections.limit;
        }
        std::size_t fullconn = backend->settings().fullconn;
        backend->pool().set_fullconn(fullconn ? fullconn : (sum + 9) / 10);
    }
}

void Engine::link_servers() {
    for (auto& backend : backends_)
        backend->link([&](config::ServerPlace place) {
            return backends_[place.backend]->pool().servers()[place.server].get();
        });
}

void Engine::on_state_changed(const balance::Server& server) {
    for (auto& backend : backends_) backend->pass_on(server);
}

Frontend::Setting Engine::setting_of(std::size_t index, LogSinks sinks) const {
    const config::Frontend& settings = config_->frontends[index];
    Backend* backend = settings.backend ? backends_[*settings.backend].get() : nullptr;
    std::vector<Backend*> ruled;
    for (const config::BackendRule& rule : settings.rules.backends)
        ruled.push_back(backends_[rule.backend].get());
    return {config_, settings, backend, std::move(ruled), std::move(sinks)};
}

event::Listener::Settings Engine::accept_settings(const config::Frontend& settings) const {
    int batch = config_->global.maxaccept;
    return {batch < 0 ? 0 : static_cast<unsigned>(batch), settings.keepalive};
}

Frontend::Listeners Engine::listeners_of(Frontend& frontend, std::vector<UniqueFd> sockets) const {
    const config::Frontend& settings = frontend.settings();
    Frontend::Listeners listeners;
    for (std::size_t i = 0; i < sockets.size(); ++i)
        listeners.push_back(std::make_unique<BoundListener>(
            frontend, settings.binds[i], std::move(sockets[i]), accept_settings(settings)));
    return listeners;
}

Result<void> Engine::start() {
    warn_of_small_pipes();
    Backend::CheckPlan plan{Duration::zero(), first_check_step, config_->global.spread_checks};
    for (auto& backend : backends_) plan.first_delay = backend->start_checks(plan);
    discovery_.adopt(config_->resolvers);
    for (auto& frontend : frontends_) {
        if (!frontend->start()) return Error{"cannot watch the listeners of proxy " + frontend->name()};
        log::say_to(frontend->sinks(), Level::notice, fmt::format("Proxy {} started.", frontend->name()));
    }
    return {};
}

// The kernel grants an unprivileged process less than it asks for (fs.pipe-max-size,
// fs.pipe-user-pages-soft).
void Engine::warn_of_small_pipes() const {
    std::size_t wanted = config_->global.pipesize;
    if (wanted == 0 || shared_.resources.pipes.max() == 0) return;
    auto pipe = os::make_pipe(wanted);
    if (pipe && pipe->size >= wanted) return;
    log::say(Level::warning,
             fmt::format("tune.pipesize: the system grants pipes of {} bytes where {} are wanted",
                         pipe ? pipe->size : 0, wanted));
}

void Engine::stop_accepting(event::Listener::Waiting waiting) {
    is_stopping_ = true;
    for (auto& backend : backends_) backend->stop_checks();
    discovery_.stop();
    for (auto& frontend : frontends_) frontend->stop_accepting(waiting);
}

void Engine::log_stopped() const {
    for (const auto& frontend : frontends_) log_stopped(*frontend);
}

void Engine::log_stopped(const Frontend& frontend) {
    std::uint64_t backend_total = frontend.backend() ? frontend.backend()->sessions.total : 0;
    log::say_to(frontend.sinks(), Level::warning,
                fmt::format("Proxy {} stopped (cumulated conns: FE: {}, BE: {}).", frontend.name(),
                            frontend.sessions.total, backend_total));
}

void Engine::log_totals() const {
    const relay::Resources& totals = shared_.resources;
    log::say(Level::notice,
             fmt::format("{} connections; {} bytes spliced, {} copied; splice refused for {} flows, no "
                         "pipe to be had {} times",
                         shared_.connections.total, totals.spliced_bytes, totals.copied_bytes,
                         totals.splice_unsupported, totals.pipes.refused()));
}

Frontend* Engine::find_frontend(std::string_view name) const {
    auto found = std::ranges::find_if(frontends_, [&](const auto& each) { return each->name() == name; });
    return found == frontends_.end() ? nullptr : found->get();
}

Backend* Engine::find_backend(std::string_view name) const {
    auto found = std::ranges::find_if(backends_, [&](const auto& each) { return each->name() == name; });
    return found == backends_.end() ? nullptr : found->get();
}

void Engine::clear_counters(bool all) {
    for (auto& frontend : frontends_) frontend->clear_counters(all);
    for (auto& backend : backends_) backend->clear_counters(all);
    shared_.connections.forget_peak();
    shared_.rate.forget_peak();
    shared_.session_rate.forget_peak();
}

void Engine::set_limit(std::size_t maxconn) {
    shared_.connections.limit = maxconn;
    set_fullconns();
    on_room_changed();
}

void Engine::on_room_changed() {
    for (auto& frontend : frontends_) frontend->update_listeners();
}

}  // namespace spliced::proxy
