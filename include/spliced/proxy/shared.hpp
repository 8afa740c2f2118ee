// What all sessions, frontends and backends of a process share.
#pragma once

#include <string>

#include "spliced/base/log.hpp"
#include "spliced/event/loop.hpp"
#include "spliced/proxy/gate.hpp"
#include "spliced/proxy/tcplog.hpp"
#include "spliced/relay/conduit.hpp"

namespace spliced::proxy {

struct Shared {
    Shared(event::Loop& the_loop, relay::PipePool::Settings pipes)
        : loop(the_loop), resources(the_loop, pipes) {}

    event::Loop& loop;
    relay::Resources resources;
    Gate connections;  ///< of the process: global `maxconn`
    TcpLog tcplog;
    std::string line;  ///< room for one log line, reused
    log::OncePerSecond accept_shortage;
    log::OncePerSecond session_shortage;
    log::OncePerSecond check_shortage;
};

}  // namespace spliced::proxy
