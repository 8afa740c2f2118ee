#include "spliced/balance/server.hpp"

namespace spliced::balance {

void Server::forget_peaks() {
    peak_connections_ = connections_;
    counters.forget_peaks();
    queue.forget_peak();
}

void Server::forget_counters() {
    counters = {};
    checks.failed = checks.downs = checks.inconclusive = 0;
    uptime.forget();
    forget_peaks();
}

}  // namespace spliced::balance
