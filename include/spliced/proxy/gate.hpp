// A count of connections with a limit.
#pragma once

#include <cstddef>
#include <cstdint>

namespace spliced::proxy {

struct Gate {
    std::size_t limit = 0;  ///< 0: none
    std::size_t current = 0;
    std::size_t peak = 0;
    std::uint64_t total = 0;

    bool full() const { return limit != 0 && current >= limit; }
    void enter() {
        ++total;
        if (++current > peak) peak = current;
    }
    void leave() { --current; }
    void forget_peak() { peak = current; }
    void forget_counters() {
        forget_peak();
        total = 0;
    }
};

}  // namespace spliced::proxy
