// How a backend chooses a server: the algorithm, and what it hashes where it does.
#pragma once

namespace spliced::config {

enum class Algorithm { leastconn, roundrobin, static_rr, first, source, random, hash };

/// `hash-type`, as HAProxy has it. The function has no effect on `balance source`, which hashes an address in
/// a way of its own; `avalanche` has.
struct HashType {
    enum class Function { sdbm, djb2, wt6, crc32, none };

    bool consistent = false;  ///< a ring of points, else a map of the servers
    Function function = Function::sdbm;
    bool avalanche = false;

    friend bool operator==(const HashType&, const HashType&) = default;
};

}  // namespace spliced::config
