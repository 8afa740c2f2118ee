// From the choice of a server to the connection with it: a part of a session's life (session.hpp).
#include <utility>

#include "spliced/balance/hash.hpp"
#include "spliced/balance/origin.hpp"
#include "spliced/os/has_bytes.hpp"
#include "spliced/proxy/frontend.hpp"
#include "spliced/proxy/session.hpp"

namespace spliced::proxy {
namespace {

relay::Failure failure_of(int error) {
    if (os::is_shortage(error)) return relay::Failure::shortage;
    return error == ETIMEDOUT ? relay::Failure::timeout : relay::Failure::refused;
}

/// The first letter of the termination state.
char letter_of(relay::Failure failure) {
    switch (failure) {
        case relay::Failure::refused:
            return 'S';
        case relay::Failure::timeout:
            return 's';
        case relay::Failure::shortage:
            break;
    }
    return 'R';
}

}  // namespace

using event::Ready;
using event::Verdict;
using relay::Side;

Verdict Session::dial() {
    if (gives_up_on_fin() && relay_.has_hung_up(Side::client)) return abandon();
    if (!server_ && !pick_server()) return queue();
    phase_ = Phase::dialing;
    return connect();
}

bool Session::pick_server() {
    if (!backend()) return false;
    os::Address client = source();
    balance::Request wanted = request(client);
    balance::Server* server = backend()->pool().choose(wanted);
    if (server) hold_server(*server, server == wanted.persistent ? Choice::preference : Choice::balancer);
    return server != nullptr;
}

balance::Request Session::request(const os::Address& client) const {
    balance::Request request{tried(), &client, preferred_server(), {}};
    if (backend()->settings().algorithm == config::Algorithm::hash)
        if (auto bytes = balance::address_bytes(client); !bytes.empty()) request.key = bytes;
    return request;
}

// A place there is taken for it.
void Session::hold_server(balance::Server& server, Choice by) {
    server_ = &server;
    remember_server(server);
    count_choice(by);
}

void Session::remember_server(balance::Server& server) {
    if (last_server_ == &server) return;
    if (last_server_) {
        redispatched_ = true;
        ++last_server_->counters.redispatches;
        ++backend()->counters.redispatches;
        last_server_->let_go();
    }
    server.hold();
    last_server_ = &server;
}

// The address that goes by the name of the client costs most of this, so it is looked for only where it is
// asked for.
os::Attempt Session::depart(const os::ConnectOptions& options) {
    const config::Source& from = server_->settings().source;
    os::Address client = from.is_transparent() ? source() : os::Address();
    balance::Departure departure = balance::connect_to(*server_, options, &client);
    if (departure.port != 0) facts().source_port = departure.port;
    return std::move(departure.attempt);
}

void Session::give_back_port() {
    if (facts_ && facts_->source_port != 0)
        last_server_->give_back_port(std::exchange(facts_->source_port, std::uint16_t{0}));
}

Verdict Session::connect() {
    os::ConnectOptions options;
    options.to = &server_->address();
    options.keepalive = route_->back->keepalive;
    options.speaks_at_once =
        relay_.has_heard(Side::client) || server_->settings().sends_header() ||
        (server_->settings().fast_open && os::has_bytes(relay_.end(Side::client).socket.get()));
    count(&balance::ServiceCounters::connects);
    os::Attempt attempt = depart(options);
    if (attempt.state == os::Attempt::State::failed) return on_attempt_failed(attempt.error);

    relay::Relay::Endpoint& server = relay_.end(Side::server);
    server.socket = std::move(attempt.socket);
    if (facts_) facts_->from = os::PeerAddress(os::local_address(server.socket.get()));
    server.acks_late = options.speaks_at_once && options.to->is_ip();
    if (!server.event.watch<&Session::on_server_ready>(shared().loop, server.socket.get(), *this))
        return on_attempt_failed(ENOMEM);
    if (attempt.state == os::Attempt::State::connected) return begin_relay(Ready{.write = true});
    Duration limit = route_->back->timeout_connect;
    TimePoint now = shared().loop.now();
    timer_.arm(now, limit == Duration::zero() ? never : now + limit);
    return Verdict::keep;
}

Verdict Session::on_attempt_failed(int error) {
    return after_failure(failure_of(error));
}

Verdict Session::after_failure(relay::Failure failure) {
    using Next = relay::RetryPlan::Next;
    relay::Relay::Endpoint& server = relay_.end(Side::server);
    server.event.stop();
    server.socket.reset();
    give_back_port();

    if (!tried_) tried_ = std::make_unique<std::vector<const balance::Server*>>();
    tried_->push_back(server_);
    const relay::RetryPlan::Rules& rules = route_->retry_rules;
    relay::RetryPlan::Decision decision =
        retries_.after(failure, backend()->pool().has_another(tried()), rules);
    if (server_->settings().observed && failure != relay::Failure::shortage)
        backend()->observe(*server_, false);
    if (decision.next == Next::give_up) {
        if (failure != relay::Failure::shortage)  // else it is not to blame
            count(&balance::ServiceCounters::failures);
        set_cause(letter_of(failure), 'C');
        return part(sorry_page());
    }
    count(&balance::ServiceCounters::retries);
    if (decision.next != Next::same_server) leave_server();
    if (decision.next == Next::new_round) tried_.reset();
    if (!decision.pause) return dial();
    phase_ = Phase::pausing;
    TimePoint now = shared().loop.now();
    timer_.arm(now, now + relay::RetryPlan::pause(rules));
    return Verdict::keep;
}

balance::Tried Session::tried() const {
    return tried_ ? balance::Tried(*tried_) : balance::Tried();
}

void Session::leave_server() {
    if (server_) backend()->pool().release(*server_);
    server_ = nullptr;
}

}  // namespace spliced::proxy
