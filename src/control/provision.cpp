#include "spliced/control/provision.hpp"

#include <fmt/format.h>

#include <utility>

#include "spliced/base/log.hpp"
#include "spliced/os/limits.hpp"

namespace spliced::control {
namespace {

using Limit = Result<os::DescriptorLimit>;

void settle_capacity(Provision& provision, const Limit& limit) {
    if (!limit) return provision.errors.push_back(limit.error());
    proxy::CapacityDemand demand = proxy::demand_of(*provision.config, limit->soft);
    proxy::Capacity capacity = proxy::compute_capacity(demand);
    if (capacity.maxconn == 0)
        return provision.errors.push_back(
            Error{fmt::format("{} descriptors do not suffice for one connection ({} are reserved); raise the "
                              "limit (ulimit -n, LimitNOFILE=), or set fewer maxpipes",
                              limit->soft, capacity.reserved)});
    if (capacity.lowered)
        log::say(Level::warning,
                 fmt::format("maxconn {} needs more descriptors than the {} allowed: lowered to {}",
                             *demand.maxconn, limit->soft, capacity.maxconn));
    provision.capacity = capacity;
    provision.descriptors = limit->soft;
}

void tell_capacity(const Provision& provision) {
    const proxy::Capacity& capacity = provision.capacity;
    log::say(Level::notice,
             fmt::format("maxconn {}, maxpipes {}: {} descriptors, {} of them reserved", capacity.maxconn,
                         capacity.maxpipes, provision.descriptors, capacity.reserved));
}

void open_logs(Provision& provision, LogSinkPool& logs) {
    auto process = logs.open(provision.config->global.logs);
    if (!process) return provision.errors.push_back(process.error());
    provision.process_sinks = std::move(*process);
    auto sinks = proxy::open_sinks(*provision.config, logs);
    if (!sinks) return provision.errors.push_back(sinks.error());
    provision.sinks = std::move(*sinks);
}

void take_sockets(Provision& provision, proxy::BoundSockets sockets) {
    provision.errors.insert(provision.errors.end(), sockets.errors.begin(), sockets.errors.end());
    provision.sockets = std::move(sockets);
}

}  // namespace

Provision provide(std::shared_ptr<const config::Config> config, LogSinkPool& logs,
                  os::InheritedSockets& inherited) {
    Provision provision;
    provision.config = std::move(config);
    const auto& ulimit = provision.config->global.ulimit_n;
    settle_capacity(provision, ulimit ? os::set_descriptor_limit(*ulimit) : os::raise_descriptor_limit());
    if (!provision.errors.empty()) return provision;
    tell_capacity(provision);
    take_sockets(provision, proxy::bind_all(*provision.config, provision.capacity.maxconn, inherited));
    if (!provision.errors.empty()) return provision;
    provision.page_sockets = bind_page_sockets(*provision.config, inherited);
    provision.errors = provision.page_sockets.errors;
    if (provision.errors.empty()) open_logs(provision, logs);
    if (!provision.errors.empty()) return provision;
    // Last, because it takes the path from a process that listens there: a start that fails must not.
    provision.admin_sockets = bind_admin_sockets(*provision.config, inherited);
    provision.errors = provision.admin_sockets.errors;
    return provision;
}

Provision provide_for(const proxy::Engine& engine, std::shared_ptr<const config::Config> config,
                      LogSinkPool& logs) {
    Provision provision;
    provision.config = std::move(config);
    settle_capacity(provision, os::descriptor_limit());
    if (!provision.errors.empty()) return provision;
    if (provision.capacity.maxconn != engine.capacity().maxconn) tell_capacity(provision);
    open_logs(provision, logs);
    if (!provision.errors.empty()) return provision;
    auto held = [&](const std::string& key) { return engine.held(key); };
    take_sockets(provision, proxy::bind_new(*provision.config, provision.capacity.maxconn, held));
    return provision;
}

}  // namespace spliced::control
