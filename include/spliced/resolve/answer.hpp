// What a name server says about a name, as a value.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "spliced/os/address.hpp"

namespace spliced::resolve {

/// What is asked for.
enum class Kind : std::uint8_t { ipv4, ipv6, service };

/// One record: an address (A, AAAA), or a host that offers a service (SRV, RFC 2782).
struct Record {
    os::Address address;  ///< port 0; of no family in a record of a service
    std::string host;     ///< lower case, without the dot at its end
    std::uint16_t port = 0;
    std::uint16_t weight = 0;

    friend bool operator==(const Record& a, const Record& b) {
        return a.address == b.address && a.host == b.host && a.port == b.port && a.weight == b.weight;
    }
};

/// HAProxy's kinds of failure, each with a `hold` of its own.
enum class Failure : std::uint8_t {
    none,
    nx,       ///< there is no such name, or nothing of the kind under it
    timeout,  ///< nobody answered
    refused,
    other,  ///< the name server failed, or its answer made no sense
};

struct Answer {
    Failure failure = Failure::none;
    std::vector<Record> records;  ///< each once, in an order that does not depend on that of the answer
    std::chrono::seconds ttl{0};  ///< the shortest of all that the answer rests on
};

/// Reads a whole message of the DNS (RFC 1035). One that is cut, or without a record of the kind, is a
/// failure.
Answer read_message(std::span<const unsigned char> message, Kind kind);

const char* name_of(Failure failure);

}  // namespace spliced::resolve
