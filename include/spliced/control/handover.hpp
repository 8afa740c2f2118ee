// The old process's part of an upgrade: hands its listening sockets to the one that replaces it, and stops
// when that one serves.
//
// The new process finds it by its number at an abstract unix socket (of packets, seqpacket). One packet asks:
//
//   "listeners"      answered by packets with descriptors, each with a text of a line for each descriptor,
//                    "N ADDRESS" (N of `bind = fd@N`, else -1), and a last one, "end"
//   "replace soft"   the asker serves now: let the running connections finish, then exit
//   "replace hard"   the same, and end the connections
//
// Only root and the user that this process runs as are listened to.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "spliced/event/io_event.hpp"
#include "spliced/event/timer.hpp"
#include "spliced/os/inherited_sockets.hpp"
#include "spliced/proxy/engine.hpp"

namespace spliced::control {

/// The name of the socket of a process.
Result<os::Address> handover_address(pid_t process);

/// Who stops when another process has taken over. Implemented by the drain.
class Replaceable {
  public:
    virtual void on_replaced(pid_t successor, bool hard) = 0;

  protected:
    ~Replaceable() = default;
};

/// A listening socket and what a successor asks for it by.
struct Listening {
    int fd = -1;
    os::InheritedSockets::Label label;
};
/// Asked at the moment when they are handed over, since sockets are closed when a process stops.
using OtherSockets = std::function<std::vector<Listening>()>;
os::InheritedSockets::Label label_of(const config::Bind& bind);
std::vector<Listening> listening_sockets(const proxy::Engine& engine);

/// Sends them all, over whichever unix socket. `end` is the last text.
Result<void> send_listeners(int socket, const std::vector<Listening>& sockets);

class Handover {
  public:
    Handover(event::Loop& loop, const proxy::Engine& engine, Replaceable& replaceable);

    /// Fails where there is no descriptor for it. A process that cannot be replaced so can be by a new start.
    Result<void> listen();
    /// Asked for sockets that are not the engine's: of the statistics and the status page.
    void set_others(OtherSockets others) { others_ = std::move(others); }

    event::Verdict on_asked();
    event::Verdict on_question();
    event::Verdict on_silence();
    void dispose() {}

  private:
    bool is_trusted(int client) const;
    void answer(const std::string& question);
    void hang_up();

    event::Loop& loop_;
    const proxy::Engine& engine_;
    Replaceable& replaceable_;
    OtherSockets others_;
    UniqueFd listener_;
    UniqueFd client_;  ///< one at a time; others wait in the backlog
    event::IoEvent asked_;
    event::IoEvent question_;
    event::Timer silence_;
};

}  // namespace spliced::control
