// spliced_*: the metrics that are this proxy's own.
#include "spliced/control/metric_writer.hpp"
#include "spliced/control/metrics.hpp"

namespace spliced::control {
namespace {

constexpr auto gauge = MetricType::gauge;
constexpr auto counter = MetricType::counter;

void add_pipes(MetricWriter& out, const relay::PipePool& pipes) {
    out.head("spliced_pipes_in_use", gauge, "Pipes that hold bytes of a session at this moment.");
    out.sample({}, pipes.in_use());
    out.head("spliced_pipes_idle", gauge, "Pipes that are kept for the next session that needs one.");
    out.sample({}, pipes.idle());
    out.head("spliced_pipes_limit", gauge, "Most pipes at a time (maxpipes); 0 where every flow copies.");
    out.sample({}, pipes.max());
    out.head("spliced_pipes_refused_total", counter, "Times that a flow copied because it got no pipe.");
    out.sample({}, pipes.refused());
}

void add_bytes(MetricWriter& out, const relay::Resources& resources) {
    out.head("spliced_relayed_bytes_total", counter,
             "Bytes moved between clients and servers: inside the kernel, or through a buffer.");
    out.sample({{"method", "splice"}}, resources.spliced_bytes);
    out.sample({{"method", "copy"}}, resources.copied_bytes);
    out.head("spliced_splice_unsupported_total", counter,
             "Flows that copy because splice(2) refused their sockets.");
    out.sample({}, resources.splice_unsupported);
}

void add_shortages(MetricWriter& out, const proxy::Shared& shared) {
    out.head("spliced_accept_shortages_total", counter,
             "Times that accepting paused for want of descriptors or memory.");
    out.sample({}, shared.accept_shortages);
    out.head("spliced_session_shortages_total", counter, "Clients turned away for want of memory.");
    out.sample({}, shared.session_shortages);
}

void add_refused_greetings(MetricWriter& out, const proxy::Engine& engine) {
    out.head("spliced_refused_greetings_total", counter,
             "Connections that did not begin with a sound PROXY protocol header.");
    for (const auto& frontend : engine.frontends())
        out.sample({{"proxy", frontend->name()}}, frontend->refused_greetings);
}

void add_reloads(MetricWriter& out, const Reload& reload) {
    out.head("spliced_reloads_total", counter, "Reloads of the configuration, by what came of them.");
    out.sample({{"result", "ok"}}, reload.succeeded());
    out.sample({{"result", "failed"}}, reload.failed());
}

/// A check that ended late, or for which there was no descriptor or port, says nothing about its server.
void add_checks(MetricWriter& out, const proxy::Engine& engine) {
    out.head("spliced_checks_inconclusive_total", counter,
             "Checks that counted for nothing because this process was late, or short of something.");
    for (const auto& backend : engine.backends())
        for (const auto& server : backend->pool().servers())
            if (server->settings().check.enabled)
                out.sample({{"proxy", backend->name()}, {"server", server->name()}},
                           server->checks.inconclusive);
}

void add_name_servers(MetricWriter& out, const resolve::Resolver& resolver) {
    for (const auto& channel : resolver.channels()) {
        const resolve::NameServerCounters& count = channel->counters;
        auto sample = [&](std::string_view result, std::uint64_t value) {
            out.sample({{"resolver", resolver.name()},
                        {"nameserver", channel->settings().server.name},
                        {"result", result}},
                       value);
        };
        sample("valid", count.valid);
        sample("empty", count.empty);
        sample("nx", count.nx);
        sample("timeout", count.timeouts);
        sample("refused", count.refused);
        sample("other", count.other);
        sample("invalid", count.invalid);
        sample("unsent", count.send_errors);
        sample("outdated", count.outdated);
    }
}

void add_names(MetricWriter& out, const proxy::Discovery& discovery) {
    if (discovery.resolvers().empty()) return;
    out.head("spliced_resolver_queries_total", counter, "Questions to a name server, by what came of them.");
    for (const auto& resolver : discovery.resolvers()) add_name_servers(out, *resolver);
    out.head("spliced_resolver_updates_total", counter, "Answers of a name server that moved a server.");
    for (const auto& resolver : discovery.resolvers())
        for (const auto& channel : resolver->channels())
            out.sample({{"resolver", resolver->name()}, {"nameserver", channel->settings().server.name}},
                       channel->counters.updates);
    out.head("spliced_resolver_names", gauge,
             "Names that are followed: all, those that have been resolved, those that have been failing for "
             "longer than their hold.");
    for (const auto& resolver : discovery.resolvers()) {
        out.sample({{"resolver", resolver->name()}, {"state", "followed"}}, resolver->names());
        out.sample({{"resolver", resolver->name()}, {"state", "known"}}, resolver->known_names());
        out.sample({{"resolver", resolver->name()}, {"state", "failing"}}, resolver->stale_names());
    }
}

}  // namespace

std::string own_metrics(const Admin& admin) {
    MetricWriter out;
    const proxy::Shared& shared = admin.engine.shared();
    add_pipes(out, shared.resources.pipes);
    add_bytes(out, shared.resources);
    add_shortages(out, shared);
    add_refused_greetings(out, admin.engine);
    add_reloads(out, admin.reload);
    add_checks(out, admin.engine);
    add_names(out, admin.engine.discovery());
    return std::move(out).take();
}

}  // namespace spliced::control
