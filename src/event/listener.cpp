#include "spliced/event/listener.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace spliced::event {
namespace {

// Long enough that a shortage does not become a busy loop, short enough that nobody notices the end of it.
constexpr milliseconds shortage_rest{100};

// What "no bound" means: a whole backlog.
constexpr unsigned longest_batch = 4096;

}  // namespace

Listener::Listener(UniqueFd socket, AcceptHandler& handler, Settings settings)
    : socket_(std::move(socket)), handler_(handler), settings_(settings) {}

bool Listener::start(Loop& loop) {
    loop_ = &loop;
    rest_over_.bind<&Listener::on_pause_over>(loop, *this);
    update();
    return paused_ || deaf_ || readable_.watching();
}

void Listener::pause() {
    paused_ = true;
    update();
}

void Listener::resume() {
    paused_ = false;
    update();
}

void Listener::close(Waiting waiting) {
    if (!socket_) return;
    if (waiting == Waiting::taken && readable_.watching()) take(longest_batch, Until::empty);
    readable_.leave(socket_.get());
    rest_over_.disarm();
    socket_.reset();
}

UniqueFd Listener::release() {
    readable_.leave(socket_.get());
    rest_over_.disarm();
    return std::move(socket_);
}

void Listener::stop_listening() {
    if (!socket_ || deaf_) return;
    if (readable_.watching()) take(longest_batch, Until::empty);
    deaf_ = true;
    update();
    os::stop_listening(socket_.get());
}

bool Listener::listen_again() {
    if (!deaf_) return true;
    if (!os::listen_again(socket_.get())) return false;
    deaf_ = false;
    update();
    return true;
}

void Listener::update() {
    if (!loop_ || !socket_) return;
    bool wanted = !paused_ && !resting_ && !deaf_;
    if (!wanted) return readable_.leave(socket_.get());
    if (readable_.watching()) return;
    if (!readable_.watch_listener<&Listener::on_readable>(*loop_, socket_.get(), *this))
        pause_for_shortage(errno);
}

Verdict Listener::on_readable() {
    // A client that comes alone has mostly nobody behind it, and who is there is heard of in the next round.
    take(settings_.batch == 0 ? longest_batch : settings_.batch,
         loop_->is_busy() ? Until::known : Until::first);
    return Verdict::keep;
}

void Listener::take(unsigned most, Until until) {
    using Outcome = os::Accepted::Outcome;
    unsigned lost = 0;
    for (unsigned tries = 0; tries < most; ++tries) {
        os::Accepted accepted = os::accept_from(socket_.get());
        if (accepted.outcome == Outcome::none) return;
        if (accepted.outcome == Outcome::lost) {
            // Clients that left while they waited. Nothing but those is a fault that must not spin.
            if (++lost == most) pause_for_shortage(accepted.error);
            continue;
        }
        if (accepted.outcome != Outcome::connection) return pause_for_shortage(accepted.error);
        if (settings_.keepalive) os::set_keepalive(accepted.socket.get());
        handler_.on_accept(*this, std::move(accepted));
        if (paused_ || !socket_ || until == Until::first) return;
        // The kernel makes a socket and a file before it finds that nobody waits: asking costs much less.
        if (tries == 0 && most > 1 && until == Until::known) most = std::min(most, 1 + others_waiting(most));
    }
}

unsigned Listener::others_waiting(unsigned if_unknown) {
    std::optional<unsigned> waiting;
    if (backlog_known_) waiting = os::backlog_of(socket_.get());
    backlog_known_ = waiting.has_value();  // never of a unix socket
    return waiting.value_or(if_unknown);
}

// An unknown failure of accept(2) is treated like a shortage: it must not spin either.
void Listener::pause_for_shortage(int error) {
    resting_ = true;
    update();
    TimePoint now = loop_->now();
    rest_over_.arm(now, now + shortage_rest);
    handler_.on_accept_shortage(*this, error);
}

Verdict Listener::on_pause_over() {
    resting_ = false;
    update();
    return Verdict::keep;
}

}  // namespace spliced::event
