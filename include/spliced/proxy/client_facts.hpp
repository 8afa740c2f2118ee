// What is known of a client beyond its connection.
#pragma once

#include "spliced/os/address.hpp"

namespace spliced::proxy {

/// A session has one only where something was announced or found out; most have none.
struct ClientFacts {
    // The addresses that hold for rules, logs and algorithms where they are not those of the connection; of
    // no family where they are.
    os::Address source;
    os::Address destination;
};

}  // namespace spliced::proxy
