// The plain check: a connection, and nothing else.
//
// It ends the handshake by RST before the server's accept(2) could return, so the application behind it sees
// nothing (a unix socket has no such moment: there a check is a connection).
#pragma once

#include "spliced/check/probe.hpp"
#include "spliced/event/io_event.hpp"
#include "spliced/os/socket.hpp"

namespace spliced::check {

class HandshakeProbe final : public Probe {
  public:
    HandshakeProbe(event::Loop& loop, const balance::Server& server, ProbeOwner& owner)
        : loop_(loop), server_(server), owner_(owner) {}

    void begin() override;
    balance::CheckResult time_out() override;
    void stop() override;

    event::Verdict on_connected_or_failed();
    void dispose() {}

  private:
    void conclude(balance::CheckResult result);

    event::Loop& loop_;
    const balance::Server& server_;
    ProbeOwner& owner_;
    UniqueFd socket_;
    std::uint16_t port_ = 0;  ///< of the server's `source` range, while the socket has it
    event::IoEvent event_;
};

/// What an attempt to connect came to; a shortage of ours says nothing of the server.
balance::CheckResult connection_result(int error);

}  // namespace spliced::check
