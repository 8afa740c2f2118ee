#include "spliced/balance/server.hpp"

namespace spliced::balance {

void Server::forget_peaks() {
    peak_connections_ = connections_;
    counters.rate.forget_peak();
    counters.queue_time.forget_peak();
    counters.connect_time.forget_peak();
    counters.total_time.forget_peak();
}

}  // namespace spliced::balance
