// What is known of a session when its log line is written; the fields of HAProxy's tcplog line in its order.
#pragma once

#include <cstdint>
#include <string_view>

#include "spliced/base/clock.hpp"
#include "spliced/config/anonymity.hpp"
#include "spliced/os/address.hpp"

namespace spliced::proxy {

/// Built on the stack for one line; the names are those of objects that outlive it.
struct SessionRecord {
    os::PeerAddress client;
    config::Anonymity anonymity = config::Anonymity::none;
    std::uint64_t client_hash = 0;  ///< where the anonymity is by hash
    unsigned bind_id = 0;           ///< Bind::id; what a client of a unix socket is shown as
    WallTime accepted{};
    std::string_view frontend;
    std::string_view backend;  ///< empty prints the frontend's name
    std::string_view server;   ///< empty prints <NOSRV>

    long long queue_ms = -1;  ///< Tw: waiting for a server; -1 where none was chosen
    long long connect_ms =
        -1;                  ///< Tc: to the established connection, retries included; -1 where there is none
    long long total_ms = 0;  ///< Tt: from accept to the end
    std::uint64_t bytes_to_client = 0;
    std::uint64_t bytes_to_server = 0;

    char cause = '-';  ///< the first letter of the termination state
    char phase = '-';  ///< the second

    unsigned process_connections = 0;   ///< with this one
    unsigned frontend_connections = 0;  ///< with this one
    unsigned backend_connections = 0;   ///< without this one, unless the line is early
    unsigned server_connections = 0;    ///< without this one, unless the line is early
    unsigned retries = 0;
    bool redispatched = false;  ///< `+` before the retries
    unsigned server_queue = 0;
    unsigned backend_queue = 0;

    // Of log-format and JSON only.
    os::PeerAddress called;          ///< the address that the client connected to
    os::PeerAddress from;            ///< ours towards the server
    os::PeerAddress server_address;  ///< of `server`
    std::string_view host;           ///< this machine's name
    std::string_view unique_id;
    std::uint64_t log_counter = 0;      ///< lines of the frontend before this one
    std::uint64_t session_counter = 0;  ///< sessions of the process before this one
    std::string_view refusal;           ///< why it became no session

    bool early = false;  ///< `option logasap`: `+` before Tt and the bytes, which go on growing
};

}  // namespace spliced::proxy
