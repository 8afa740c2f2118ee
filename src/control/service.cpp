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
    : engine_(provision.config, loop, provision.capacity, std::move(provision.sinks),
              std::move(provision.sockets)),
      manager_(loop, engine_, std::move(origin.notifier), os::take_watchdog_interval()),
      reload_(loop, engine_, manager_, logs, {origin.line.files, {origin.line.maxconn, origin.line.pidfile}}),
      upgrade_(loop, std::move(origin.program), obstacle_to_upgrade(provision.config->global)),
      admin_{loop, engine_, logs, reload_, UsageMeter(loop.now())},
      admin_server_(admin_, std::move(provision.admin_sockets)),
      page_sockets_(std::move(provision.page_sockets)),
      status_server_(admin_),
      drain_(loop, {engine_, reload_, upgrade_, manager_, admin_server_, status_server_}),
      handover_(loop, engine_, drain_) {}

Result<void> Service::start() {
    if (!drain_.watch_signals() || !reload_.watch_signals() || !upgrade_.watch_signals())
        return Error{"cannot watch signals"};
    if (!admin_server_.start()) return Error{"cannot watch the statistics sockets"};
    if (!status_server_.start(std::move(page_sockets_)))
        return Error{"cannot watch the status page's sockets"};
    admin_server_.set_others([this] { return status_server_.listening(); });
    handover_.set_others([this] {
        auto sockets = admin_server_.listening();
        for (Listening& page : status_server_.listening()) sockets.push_back(std::move(page));
        return sockets;
    });
    if (auto listening = handover_.listen(); !listening) log::say(Level::warning, listening.error().message);
    return engine_.start();
}

}  // namespace spliced::control
