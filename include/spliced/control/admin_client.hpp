// One client of a statistics socket: reads its lines, runs its commands one by one, and closes.
//
// The next command runs when the last byte of the answer before it is with the kernel, and nothing is read
// meanwhile: a client that floods, or that never reads, holds one line and one answer, until its idle limit.
#pragma once

#include <deque>
#include <string>

#include "spliced/base/unique_fd.hpp"
#include "spliced/control/admin.hpp"
#include "spliced/control/command.hpp"
#include "spliced/event/buffered_stream.hpp"

namespace spliced::control {

class AdminClient;

/// Who owns the clients, and lets go of one that is done. Implemented by the server.
class AdminClientOwner {
  public:
    virtual void on_client_done(AdminClient& client) = 0;
    /// Sends all listening sockets of the process over this unix socket.
    virtual void hand_over_listeners(int socket) = 0;

  protected:
    ~AdminClientOwner() = default;
};

class AdminClient {
  public:
    /// Longest line, in bytes with its end; HAProxy's buffer.
    static constexpr std::size_t max_line = 16384;

    /// `may_take_listeners`: it came by a socket with `expose-fd listeners`.
    AdminClient(Admin& admin, AdminClientOwner& owner, config::AdminLevel level, bool may_take_listeners);

    /// False where there is no memory.
    bool start(UniqueFd socket);

    event::Verdict on_input();
    event::Verdict on_flushed();
    event::Verdict on_end(event::StreamEnd end);
    void dispose();

  private:
    event::Verdict advance();
    bool take_line();
    void run(const std::string& command);

    Admin& admin_;
    AdminClientOwner& owner_;
    Caller caller_;
    bool may_take_listeners_;
    std::deque<std::string> commands_;  ///< of the line at hand, still to be run
    bool heard_ = false;                ///< a line has come
    bool at_end_ = false;               ///< the client will send no more
    event::BufferedStream stream_;
};

}  // namespace spliced::control
