#include "spliced/proxy/session.hpp"

#include <algorithm>

#include "spliced/protocol/proxy_header.hpp"
#include "spliced/proxy/frontend.hpp"

namespace spliced::proxy {
namespace {

using event::Ready;
using event::Verdict;
using relay::Side;

// How long a client may take over the sorry page where `timeout client-fin` is infinite.
constexpr seconds longest_farewell{30};

}  // namespace

Session::Session(BoundListener& listener, os::Accepted accepted, bool begins_with_header,
                 std::unique_ptr<TrackedEntries> tracked)
    : listener_(listener),
      terms_(listener.frontend().terms()),
      route_(&terms_.undecided),
      relay_(listener.frontend().shared().resources),
      peer_(accepted.peer),
      accepted_at_(shared().loop.now()),
      accepted_wall_(std::chrono::system_clock::now()),
      phase_(begins_with_header ? Phase::greeting : Phase::arriving) {
    relay_.end(Side::client).socket = std::move(accepted.socket);
    relay_.end(Side::client).nodelay = true;  // inherited from the listener
    timer_.bind<&Session::on_timer>(shared().loop, *this);
    next_turn_.bind<&Session::on_next_turn>(shared().loop, *this);
    if (tracked) facts().tracked = std::move(tracked);
    ++terms_.sessions;
    listener_.enter();
}

Session::~Session() {
    if (phase_ != Phase::over) finish();
    give_back_port();
    if (last_server_) last_server_->let_go();
    listener_.leave();
    terms_.leave();
}

Backend* Session::backend() const {
    return route_->backend;
}

os::Address Session::source() const {
    bool announced = facts_ && facts_->source.family() != AF_UNSPEC;
    return announced ? facts_->source : peer_.address();
}

os::Address Session::destination() const {
    bool announced = facts_ && facts_->destination.family() != AF_UNSPEC;
    return announced ? facts_->destination : os::local_address(relay_.end(Side::client).socket.get());
}

Shared& Session::shared() const {
    return listener_.frontend().shared();
}

void Session::kill(char cause) {
    killed_ = cause;
    next_turn_.schedule();
}

void Session::dispose() {
    listener_.frontend().table().destroy(*this);
}

// ---- relaying

Verdict Session::begin_relay(Ready server_ready) {
    TimePoint now = shared().loop.now();
    store_stickiness();
    phase_ = Phase::relaying;
    if (server_->settings().observed) backend()->observe(*server_, true);
    auto since_accept = to_ms(now - accepted_at_ - (stay() ? stay()->waited(now) : Duration::zero()));
    connect_ms_ = static_cast<std::int32_t>(since_accept) - silent_ms_;
    tried_.reset();
    relay_.end(Side::client).last_active = relay_.end(Side::server).last_active = now;
    relay_.on_ready(Side::server, server_ready);
    if (server_->address().is_unix()) relay_.mark_unix(Side::server);
    if (peer_.address().is_unix()) relay_.mark_unix(Side::client);
    if (terms_.front.logasap) log_early();
    if (server_->settings().sends_header() && !announce_client(now)) {
        set_cause('R', 'C');
        relay_.abort();
        return finish();
    }
    return pump(now);
}

// With the first bytes that the server gets. Built for each connection: a retry may be at a server that wants
// another form of it.
bool Session::announce_client(TimePoint now) {
    const config::Server& settings = server_->settings();
    protocol::HeaderExtras extras;
    extras.crc32c = settings.proxy_v2.crc32c;
    if (facts_ && settings.proxy_v2.authority) extras.authority = facts_->authority;
    if (facts_ && settings.proxy_v2.unique_id) extras.unique_id = facts_->unique_id;
    std::string header = settings.send_proxy_v2 ? protocol::proxy_header_v2(source(), destination(), extras)
                                                : protocol::proxy_header_v1(source(), destination());
    return relay_.lead_with(Side::server, header, now);
}

Verdict Session::pump(TimePoint now) {
    return follow(relay_.pump(now, route_->idle_limits), now);
}

Verdict Session::follow(relay::Relay::Progress progress, TimePoint now) {
    switch (progress) {
        case relay::Relay::Progress::finished:
            return finish();
        case relay::Relay::Progress::again:
            next_turn_.schedule();
            break;
        case relay::Relay::Progress::waiting:
            if (relay_.is_done_with(Side::server))
                leave_server();  // its place is free, whatever the client takes
            timer_.arm_no_later(now, relay_.next_deadline(route_->idle_limits));
            break;
    }
    return Verdict::keep;
}

// ---- events

Verdict Session::on_client_ready(Ready ready) {
    relay_.on_ready(Side::client, ready);
    if (phase_ == Phase::greeting) return hear_header();
    // A client that only comes and goes (a check of another machine) says nothing about those that stay.
    if (ready.read && !ready.closed && !ready.error && !first_word_known_)
        learn_first_word(shared().loop.now() - admitted_at() <= FirstWord::patience);
    if (phase_ == Phase::relaying) return pump(shared().loop.now());
    if (phase_ == Phase::parting) return say_farewell();
    if (phase_ == Phase::inspecting) return on_more_content(ready);
    // No server yet. FIN alone does not cancel: the client may have said all it wants to say and listen now.
    // An error means that nobody is left to serve.
    if (ready.error || (ready.closed && gives_up_on_fin())) return abandon();
    return phase_ == Phase::arriving && ready.read ? dial_after_silence() : Verdict::keep;
}

Verdict Session::on_server_ready(Ready ready) {
    if (ready.read && !first_word_known_ && relay_.bytes_from(Side::client) == 0) learn_first_word(false);
    if (phase_ == Phase::dialing) {
        if (!ready.error) return begin_relay(ready);
        return on_attempt_failed(os::take_error(relay_.end(Side::server).socket.get()));
    }
    relay_.on_ready(Side::server, ready);
    return pump(shared().loop.now());
}

Verdict Session::on_timer() {
    TimePoint now = shared().loop.now();
    switch (phase_) {
        case Phase::greeting:
            return refuse("Timeout while waiting for PROXY protocol header");
        case Phase::inspecting:
            return on_content_late();
        case Phase::arriving:
            learn_first_word(false);
            return dial_after_silence();
        case Phase::queued:
            return on_queue_timeout();
        case Phase::dialing:
            return after_failure(relay::Failure::timeout);
        case Phase::pausing:
            return dial();
        case Phase::relaying:
            return follow(relay_.on_timer(now, route_->idle_limits), now);
        case Phase::parting:
        case Phase::over:
            break;
    }
    return finish();
}

Verdict Session::on_next_turn() {
    if (killed_ != '\0') {
        bool connected = phase_ == Phase::relaying || phase_ == Phase::parting;
        bool inspected = phase_ == Phase::inspecting;
        char phase = connected ? 'D' : phase_ == Phase::queued ? 'Q' : inspected ? 'R' : 'C';
        set_cause(killed_, killed_ != 'K' ? '-' : phase);
        relay_.abort();
        return finish();
    }
    if (phase_ == Phase::parting) return say_farewell();
    if (phase_ == Phase::queued) return dial();
    // A turn that was asked for in a phase that is over means nothing in this one.
    return phase_ == Phase::relaying ? pump(shared().loop.now()) : Verdict::keep;
}

// ---- the end

std::shared_ptr<const std::string> Session::sorry_page() const {
    auto page = route_->back ? route_->back->sorry_page : nullptr;
    return page ? page : terms_.front.sorry_page;
}

Verdict Session::part(std::shared_ptr<const std::string> page) {
    leave_server();
    phase_ = Phase::parting;
    bool wordless = !page;
    farewell_ = std::make_unique<relay::Farewell>(std::move(page));
    TimePoint now = shared().loop.now();
    Duration limit = terms_.front.timeout_client_fin;
    timer_.arm(now, now + (limit == Duration::zero() ? longest_farewell : limit));
    Verdict verdict = say_farewell();
    // Without a page there is nothing that the client could lose, so it is not waited for.
    return wordless && verdict == Verdict::keep ? finish() : verdict;
}

Verdict Session::say_farewell() {
    relay::Relay::Endpoint& client = relay_.end(Side::client);
    relay::Farewell::Progress progress = farewell_->run(client.socket.get(), shared().resources.buffer);
    if (progress == relay::Farewell::Progress::finished) return finish();
    if (progress == relay::Farewell::Progress::again) next_turn_.schedule();
    return Verdict::keep;
}

Verdict Session::finish() {
    if (phase_ == Phase::relaying) judge_relay();
    phase_ = Phase::over;
    leave_queue();
    keep_books();
    leave_server();
    if (backend()) backend()->leave();
    log_end();
    return Verdict::done;
}

}  // namespace spliced::proxy
