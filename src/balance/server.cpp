#include "spliced/balance/server.hpp"

namespace spliced::balance {

unsigned Server::whole_admin() const {
    if (!followed_) return admin_;
    return admin_ | (followed_->in_maintenance() ? inherited_maintenance : 0u) |
           (followed_->is_told_to_drain() ? inherited_drain : 0u);
}

// A check follows a server that was moved at run time, unless the file sends it elsewhere.
os::Address Server::check_address() const {
    if (moved_check) return *moved_check;
    const config::Check& check = settings_->check;
    if (check.address.family() != AF_UNSPEC && !(check.address == settings_->address)) return check.address;
    os::Address to = address_;
    if (check.port != 0) to.set_port(static_cast<std::uint16_t>(check.port));
    return to;
}

void Server::forget_peaks() {
    peak_connections_ = connections_;
    counters.forget_peaks();
    queue.forget_peak();
}

void Server::forget_counters() {
    counters = {};
    checks.failed = checks.downs = checks.inconclusive = checks.observed = 0;
    uptime.forget();
    forget_peaks();
}

// Another range after a reload is another book: what the old one's sessions hold is found out by trying.
std::optional<std::uint16_t> Server::take_port() const {
    const config::Source& source = settings_->source;
    std::uint16_t first = source.address.port();
    if (!ports_ || !ports_->is_for(first, source.last_port))
        ports_ = std::make_unique<PortBook>(first, source.last_port);
    return ports_->take();
}

void Server::give_back_port(std::uint16_t port) const {
    if (ports_) ports_->give_back(port);
}

}  // namespace spliced::balance
