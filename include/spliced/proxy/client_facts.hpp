// What is known of a client beyond its connection.
#pragma once

#include <cstdint>
#include <string>

#include "spliced/os/address.hpp"

namespace spliced::proxy {

/// A session has one only where something was announced or found out; most have none.
struct ClientFacts {
    // The addresses that hold for rules, logs and algorithms where they are not those of the connection; of
    // no family where they are.
    os::Address source;
    os::Address destination;

    // For the log, where it asks for them: see config::LineFormat::uses_facts().
    os::PeerAddress called;  ///< whom the client connected to
    os::PeerAddress from;    ///< ours towards the server
    std::string unique_id;
    std::uint64_t session_counter = 0;  ///< sessions of the process before this one
};

}  // namespace spliced::proxy
