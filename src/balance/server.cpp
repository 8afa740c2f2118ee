#include "spliced/balance/server.hpp"

namespace spliced::balance {

unsigned Server::whole_admin() const {
    if (!followed_) return admin_;
    return admin_ | (followed_->in_maintenance() ? inherited_maintenance : 0u) |
           (followed_->is_told_to_drain() ? inherited_drain : 0u);
}

const os::Address& Server::check_address() const {
    if (moved_check) return *moved_check;
    return settings_->check.address == settings_->address ? address_ : settings_->check.address;
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

}  // namespace spliced::balance
