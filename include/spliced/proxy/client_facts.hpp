// What is known of a client beyond its connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "spliced/base/clock.hpp"
#include "spliced/os/address.hpp"
#include "spliced/proxy/queue_stay.hpp"
#include "spliced/proxy/tracked_entries.hpp"

namespace spliced::proxy {

/// A session has one only where something was announced or found out; most have none.
struct ClientFacts {
    // The addresses that hold for rules, logs and algorithms where they are not those of the connection; of
    // no family where they are.
    os::Address source;
    os::Address destination;
    std::uint16_t source_port = 0;  ///< of the server's `source` range, while its socket has it
    std::string authority;          ///< the host name that the client asked for, as announced; else empty
    std::string header;             ///< while a PROXY protocol header arrives in pieces: what has come of it

    // For the log, where it asks for them: see config::LineFormat::uses_facts().
    os::PeerAddress called;  ///< whom the client connected to
    os::PeerAddress from;    ///< ours towards the server
    std::string unique_id;
    std::uint64_t session_counter = 0;  ///< sessions of the process before this one
    std::unique_ptr<QueueStay> stay;    ///< null where it never had to wait for a server

    /// When rules began to wait for its first bytes, where that was not at accept.
    TimePoint inspected_since{};
    std::int32_t inspected_ms = 0;  ///< from accept to the end of that wait; 0 where there was none
    std::size_t rules_done = 0;     ///< of the rules of content that are in force: see rule_run.hpp

    std::unique_ptr<TrackedEntries> tracked;  ///< null where no rule tracks it
};

}  // namespace spliced::proxy
