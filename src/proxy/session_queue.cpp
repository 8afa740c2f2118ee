// While a session waits for a place at a server: part of its life (session.hpp).
#include "spliced/proxy/frontend.hpp"
#include "spliced/proxy/queue_stay.hpp"
#include "spliced/proxy/session.hpp"

namespace spliced::proxy {

using balance::ServerPool;
using event::Verdict;

void QueueStay::on_turn(balance::Server* server) {
    session_.on_turn(server);
}

bool QueueStay::accepts(const balance::Server& server) const {
    return session_.may_wait_for(server);
}

bool Session::may_wait_for(const balance::Server& server) const {
    return !balance::contains(tried(), server);
}

// No server has room: waits for one, unless none is left or too many wait already.
Verdict Session::queue() {
    if (!backend()) return fail('C');
    os::Address client = source();
    ServerPool::Place place = backend()->pool().where_to_wait(request(client));
    if (place.kind == ServerPool::Place::Kind::nowhere) {
        ++backend()->counters.failures;
        return fail('C');
    }
    if (place.server) {
        remember_server(*place.server);
        ++place.server->counters.balanced;
        ++backend()->counters.balanced;
        if (place.kind == ServerPool::Place::Kind::refused) {
            count_failure(*place.server);
            return fail('Q');
        }
    }
    wait(place);
    return Verdict::keep;
}

void Session::wait(const ServerPool::Place& place) {
    TimePoint now = shared().loop.now();
    if (!facts().stay) facts_->stay = std::make_unique<QueueStay>(*this, now);
    QueueStay& stay = *facts_->stay;
    auto& position = place.server ? stay.server_queue : stay.backend_queue;
    if (position == 0) position = static_cast<std::uint32_t>(place.queue->size() + 1);
    phase_ = Phase::queued;
    Duration limit = route_->queue_limit;
    timer_.arm(now, limit == Duration::zero() ? never : now + limit);
    stay.begin(now);
    backend()->pool().wait(stay, place, stay.first_claim);
}

// In the midst of others' work: it goes on in its own turn.
void Session::on_turn(balance::Server* server) {
    facts_->stay->end(shared().loop.now());
    if (server) hold_server(*server, Choice::queue);
    next_turn_.schedule();
}

Verdict Session::on_queue_timeout() {
    if (server_) return dial();  // its turn has come just now
    balance::Server* only = waits_for_one() ? last_server_ : nullptr;
    leave_queue();
    if (only)
        count_failure(*only);
    else
        ++backend()->counters.failures;
    set_cause('s', 'Q');
    return part(sorry_page());
}

bool Session::waits_for_one() const {
    const balance::Ticket* ticket = stay();
    return ticket && ticket->is_waiting() && ticket->queue() != &backend()->pool().queue();
}

void Session::leave_queue() {
    if (!facts_ || !facts_->stay || !facts_->stay->is_waiting()) return;
    facts_->stay->leave();
    facts_->stay->end(shared().loop.now());
}

void Session::count_failure(balance::Server& server) {
    ++server.counters.failures;
    ++backend()->counters.failures;
}

Verdict Session::fail(char phase) {
    set_cause('S', phase);
    return part(sorry_page());
}

// ---- clients that leave

bool Session::gives_up_on_fin() const {
    return route_->back && route_->back->abortonclose;
}

Verdict Session::abandon() {
    set_cause('C', phase_ == Phase::queued ? 'Q' : 'C');
    // The server may have accepted already, to whom a FIN would look like a client with nothing to say.
    relay_.abort();
    return finish();
}

}  // namespace spliced::proxy
