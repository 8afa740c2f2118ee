#include "spliced/proxy/engine.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spliced::proxy {
namespace {

// First checks run at once, so that a dead server is known within milliseconds, yet not all in one turn.
constexpr microseconds first_check_step{200};

relay::PipePool::Settings pipe_settings(const config::Config& config, const Capacity& capacity) {
    return {config.global.nosplice ? 0 : capacity.maxpipes, config.global.pipesize};
}

}  // namespace

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
        demand.checks += static_cast<std::size_t>(
            std::count_if(backend.servers.begin(), backend.servers.end(),
                          [](const config::Server& server) { return server.check.enabled; }));
    }
    if (std::size_t sockets = config.global.stats_sockets.size())
        demand.admin = sockets + config.global.stats_maxconn;
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
    : config_(std::move(config)), shared_(loop, pipe_settings(*config_, capacity)) {
    shared_.connections.limit = capacity.maxconn;
    for (std::size_t i = 0; i < config_->backends.size(); ++i)
        backends_.push_back(
            std::make_unique<Backend>(config_->backends[i], shared_, std::move(sinks.backends[i])));
    int batch = config_->global.maxaccept;
    RoomObserver& observer = *this;
    for (std::size_t i = 0; i < config_->frontends.size(); ++i) {
        const config::Frontend& settings = config_->frontends[i];
        Backend* backend = settings.backend ? backends_[*settings.backend].get() : nullptr;
        Frontend::Setting setting{settings, backend, std::move(sinks.frontends[i]),
                                  batch < 0 ? 0 : static_cast<unsigned>(batch)};
        frontends_.push_back(std::make_unique<Frontend>(std::move(setting), shared_, sessions_, observer,
                                                        std::move(sockets.by_frontend[i])));
    }
}

Result<void> Engine::start() {
    warn_of_small_pipes();
    Backend::CheckPlan plan{Duration::zero(), first_check_step, config_->global.spread_checks};
    for (auto& backend : backends_) plan.first_delay = backend->start_checks(plan);
    for (auto& frontend : frontends_) {
        if (!frontend->start())
            return Error{"cannot watch the listeners of proxy " + frontend->settings().name};
        log::say_to(frontend->sinks(), Level::notice,
                    fmt::format("Proxy {} started.", frontend->settings().name));
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

void Engine::stop_accepting() {
    for (auto& backend : backends_) backend->stop_checks();
    for (auto& frontend : frontends_) frontend->stop_accepting();
}

void Engine::log_stopped() const {
    for (const auto& frontend : frontends_) {
        std::uint64_t backend_total = frontend->backend() ? frontend->backend()->sessions.total : 0;
        log::say_to(frontend->sinks(), Level::warning,
                    fmt::format("Proxy {} stopped (cumulated conns: FE: {}, BE: {}).",
                                frontend->settings().name, frontend->sessions.total, backend_total));
    }
}

void Engine::log_totals() const {
    const relay::Resources& totals = shared_.resources;
    log::say(Level::notice,
             fmt::format("{} connections; {} bytes spliced, {} copied; splice refused for {} flows, no "
                         "pipe to be had {} times",
                         shared_.connections.total, totals.spliced_bytes, totals.copied_bytes,
                         totals.splice_unsupported, totals.pipes.refused()));
}

void Engine::on_room_changed() {
    for (auto& frontend : frontends_) frontend->update_listeners();
}

}  // namespace spliced::proxy
