// Where a key belongs in a table: SipHash-1-3 (Aumasson and Bernstein, 2012), with a secret of the process,
// so that clients who choose their keys cannot choose those that collide.
#pragma once

#include <cstdint>
#include <string_view>

namespace spliced::stick {

struct Secret {
    std::uint64_t first = 0;
    std::uint64_t second = 0;

    /// From the system's source of chance.
    static Secret random();
};

std::uint64_t hash(std::string_view bytes, const Secret& secret);

}  // namespace spliced::stick
