#include "spliced/control/usage_meter.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>

namespace spliced::control {
namespace {

Duration processor_time() {
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace

UsageMeter::UsageMeter(TimePoint now) : base_{now, processor_time(), 0}, recent_(base_) {}

UsageMeter::Usage UsageMeter::look(TimePoint now, std::uint64_t bytes_out) {
    Sample sample{now, processor_time(), bytes_out};
    if (now - recent_.at >= seconds(1)) {
        base_ = recent_;
        recent_ = sample;
    }
    double span = std::chrono::duration<double>(now - base_.at).count();
    if (span <= 0) return {};
    double busy = std::chrono::duration<double>(sample.busy - base_.busy).count();
    double idle = std::clamp(100.0 * (1.0 - busy / span), 0.0, 100.0);
    return {static_cast<unsigned>(std::lround(idle)),
            static_cast<std::uint64_t>(static_cast<double>(bytes_out - base_.bytes_out) / span)};
}

}  // namespace spliced::control
