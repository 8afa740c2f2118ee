// A listening socket on the loop: bounded accepts at a time, pauses for limits and for shortages.
#pragma once

#include "spliced/base/unique_fd.hpp"
#include "spliced/event/stream_event.hpp"
#include "spliced/event/timer.hpp"
#include "spliced/os/socket.hpp"

namespace spliced::event {

/// What becomes of what a listener hears. Implemented by the frontend.
class AcceptHandler {
  public:
    /// May pause the listener, for instance because a limit is reached.
    virtual void on_accept(class Listener& listener, os::Accepted accepted) = 0;
    /// Accepting failed for want of descriptors or memory; the listener has paused itself for 100 ms.
    virtual void on_accept_shortage(class Listener& listener, int error) = 0;

  protected:
    ~AcceptHandler() = default;
};

class Listener {
  public:
    /// `batch`: connections taken at a time, so that a flood leaves time for the flows; 0 for no bound.
    struct Settings {
        unsigned batch = 4;
        bool keepalive = false;
    };

    Listener(UniqueFd socket, AcceptHandler& handler, Settings settings);

    /// Starts to accept. False where the loop cannot watch it.
    bool start(Loop& loop);

    /// While paused, clients wait in the kernel's backlog.
    void pause();
    void resume();
    /// What becomes of those who wait in the backlog, which another process may share.
    enum class Waiting { taken, left };
    /// Stops listening for good: further clients are refused, unless by another process.
    void close(Waiting waiting = Waiting::taken);

    /// Gives the socket away as it is: who waits in its backlog is the next owner's.
    UniqueFd release();

    /// Clients are refused and the port is free for others, until listen_again(); a unix socket lets them
    /// wait instead, because the kernel has no way back for it.
    void stop_listening();
    /// False where the port is taken by now.
    bool listen_again();

    void set_settings(Settings settings) { settings_ = settings; }

    int fd() const { return socket_.get(); }

    Verdict on_readable();
    Verdict on_pause_over();
    /// A listener is owned by its frontend and never disposes of itself.
    void dispose() {}

  private:
    void update();
    enum class Until {
        first,  ///< one is taken
        known,  ///< those who wait when the first is taken
        empty,  ///< nobody is left waiting
    };
    void take(unsigned most, Until until);
    unsigned others_waiting(unsigned if_unknown);
    void pause_for_shortage(int error);

    UniqueFd socket_;
    AcceptHandler& handler_;
    Settings settings_;
    Loop* loop_ = nullptr;
    bool paused_ = false;   ///< by the owner
    bool resting_ = false;  ///< after a shortage
    bool deaf_ = false;     ///< between stop_listening() and listen_again()
    bool backlog_known_ = true;
    StreamEvent readable_;
    Timer rest_over_;
};

}  // namespace spliced::event
