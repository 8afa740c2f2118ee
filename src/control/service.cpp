#include "spliced/control/service.hpp"

#include <utility>

#include "spliced/base/log.hpp"

namespace spliced::control {
namespace {

std::string obstacle_to_upgrade(const config::Global& global) {
    if (global.chroot.empty()) return {};
    return "inside the chroot there is no program to start. Start a new process with -sf and this one's "
           "number.";
}

}  // namespace

Service::Service(event::Loop& loop, Provision provision, LogSinkPool& logs, Origin origin)
    : loop_(loop),
      engine_(provision.config, loop, provision.capacity, std::move(provision.sinks),
              std::move(provision.sockets)),
      manager_(loop, engine_, std::move(origin.notifier), os::take_watchdog_interval()),
      reload_(loop, engine_, manager_, logs, {origin.line.files, {origin.line.maxconn, origin.line.pidfile}}),
      upgrade_(loop, std::move(origin.program), obstacle_to_upgrade(provision.config->global)),
      admin_{loop, engine_, logs, reload_, UsageMeter(loop.now())},
      admin_server_(admin_, std::move(provision.admin_sockets)),
      drain_(loop, {engine_, reload_, upgrade_, manager_, admin_server_}),
      handover_(loop, engine_, drain_) {}

void Service::hand_over_admin_sockets() {
    const auto& settings = engine_.config().global.stats_sockets;
    auto listeners = admin_server_.listeners();
    for (std::size_t i = 0; i < listeners.size(); ++i) {
        const config::StatsSocket& socket = settings[i];
        if (socket.inherited_fd)
            handover_.add({listeners[i], {*socket.inherited_fd, {}}});
        else
            handover_.add({listeners[i], {-1, socket.address.text()}});
    }
}

Result<void> Service::start() {
    if (!drain_.watch_signals() || !reload_.watch_signals() || !upgrade_.watch_signals())
        return Error{"cannot watch signals"};
    if (auto listening = handover_.listen(); !listening) log::say(Level::warning, listening.error().message);
    hand_over_admin_sockets();
    if (!admin_server_.start()) return Error{"cannot watch the statistics sockets"};
    return engine_.start();
}

}  // namespace spliced::control
