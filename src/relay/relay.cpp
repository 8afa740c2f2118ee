#include "spliced/relay/relay.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <utility>

#include "spliced/os/socket.hpp"

namespace spliced::relay {
namespace {

// One direction's share of a turn: a fat flow then waits until the others have had theirs.
constexpr int rounds_per_turn = 8;
constexpr std::uint64_t bytes_per_turn = 512 * 1024;

// How long a side that is to be reset may take to acknowledge what it was sent, where its timeout is
// infinite.
constexpr seconds longest_linger{30};
// The interval between two looks doubles, from a millisecond on.
constexpr milliseconds longest_linger_interval{100};
constexpr unsigned most_doublings = 7;

// Between the two times that a side which holds up bytes is asked whether it takes any.
constexpr seconds longest_second_look{1};

bool is_due(Flow::Step step) {
    return step == Flow::Step::read || step == Flow::Step::write || step == Flow::Step::pass_fin;
}

bool is_over(Flow::Step step) {
    return step == Flow::Step::closed || step == Flow::Step::broken || step == Flow::Step::pass_reset;
}

}  // namespace

Relay::Relay(Resources& resources) : conduits_{Conduit(resources), Conduit(resources)} {}

void Relay::on_ready(Side side, event::Ready ready) {
    Flow& from = flow_from(side);
    if (ready.write) flow_to(side).destination_ready();
    if (ready.read) from.source_ready();
    if (ready.urgent) {
        from.distrust_short_reads();
        conduits_[index(side)].avoid_splice();
    }
    if (ready.closed && !ready.error) from.source_hung_up();
    if (!ready.error) return;
    from.source_failed();
    // A flow that reads no more would not meet the error.
    if (!from.source_open()) on_side_lost(side, os::take_error(end(side).socket.get()));
}

Relay::Progress Relay::pump(TimePoint now, const IdleLimits& limits) {
    bool again = pump_flow(Side::client, now);
    again |= pump_flow(Side::server, now);
    // A side that was found lost while it was written to may have left bytes to read: one more look.
    if (flow_to(Side::client).destination_gone()) again |= pump_flow(Side::client, now);
    return conclude(now, limits, again);
}

/// True where work is left that this turn's share does not cover.
bool Relay::pump_flow(Side from, TimePoint now) {
    Flow& flow = flow_from(from);
    std::uint64_t start = flow.total();
    for (int round = 0; round < rounds_per_turn && flow.total() - start < bytes_per_turn; ++round) {
        if (flow.next() == Flow::Step::read) read_once(from, now);
        if (is_held(from)) break;
        if (flow.next() == Flow::Step::write) write_once(from, now);
        if (flow.next() == Flow::Step::pass_fin) send_fin(from);
        if (!is_due(flow.next())) break;
    }
    if (!conduits_[index(from)].settle()) {
        note(Cause::shortage, from);
        flow.lose_destination();
    }
    return is_due(flow.next()) && !is_held(from);
}

void Relay::send_fin(Side from) {
    Side to = other(from);
    // Where the other direction is over, the sockets are closed next, and close(2) sends FIN as well.
    bool last = flow_to(from).fin_passed();
    flow_from(from).on_fin_sent(last || os::shut_write(end(to).socket.get()));
    if (flow_from(from).destination_gone()) on_side_lost(to, EPIPE);
}

void Relay::read_once(Side from, TimePoint now) {
    Lane* lane = throttle_ ? &throttle_->lanes[index(from)] : nullptr;
    std::size_t limit = lane ? lane->allowance(now) : Conduit::no_limit;
    if (limit == 0) return;
    bool drained = false;
    os::Transfer transfer = conduits_[index(from)].fill(end(from).socket.get(), limit, drained);
    if (lane) lane->spend(transfer.count);
    take_in(from, transfer, drained, now);
}

void Relay::take_in(Side from, const os::Transfer& transfer, bool drained, TimePoint now) {
    Flow& flow = flow_from(from);
    flow.on_read(transfer, drained);
    if (transfer.outcome == os::Transfer::Outcome::moved) end(from).last_active = now;
    if (flow.source_was_reset()) note(Cause::reset, from);
    if (end(from).acks_late) acknowledge_first_read(from);
}

// What the source has said already shares a segment with them. Not where it is limited: that counts what it
// reads.
bool Relay::lead_with(Side to, std::span<const char> bytes, TimePoint now) {
    Side from = other(to);
    Conduit& conduit = conduits_[index(from)];
    if (!conduit.lead(bytes)) return false;
    if (has_heard(from) && !throttle_) {
        bool drained = false;
        os::Transfer transfer = conduit.follow(end(from).socket.get(), drained);
        take_in(from, transfer, drained, now);
    }
    flow_from(from).lead(bytes.size());
    return true;
}

Lane& Relay::lane_from(Side side) {
    if (!throttle_) throttle_ = std::make_unique<Throttle>();
    return throttle_->lanes[index(side)];
}

bool Relay::is_held(Side from) const {
    return throttle_ && throttle_->lanes[index(from)].is_held() && flow_from(from).next() == Flow::Step::read;
}

bool Relay::is_any_held() const {
    return is_held(Side::client) || is_held(Side::server);
}

TimePoint Relay::held_until() const {
    TimePoint soonest = never;
    for (Side from : {Side::client, Side::server})
        if (is_held(from)) soonest = std::min(soonest, throttle_->lanes[index(from)].held_until());
    return soonest;
}

// Whoever answers in two small writes, with Nagle's algorithm on, waits for the ACK of the first; who has
// ended has nothing more to say.
void Relay::acknowledge_first_read(Side from) {
    if (flow_from(from).source_open()) os::acknowledge_at_once(end(from).socket.get());
    end(from).acks_late = false;
}

void Relay::write_once(Side from, TimePoint now) {
    Flow& flow = flow_from(from);
    bool filled = false;
    prepare_write(end(other(from)));
    Conduit::Cargo cargo{flow.in_flight(), flow.end_known()};
    os::Transfer transfer = conduits_[index(from)].drain(end(other(from)).socket.get(), cargo, filled);
    flow.on_write(transfer, filled);
    if (transfer.outcome == os::Transfer::Outcome::moved) {
        end(other(from)).last_active = now;
        unacknowledged_[index(other(from))] = not_asked;
        // While we could not read from the source its silence was our doing.
        if (flow.in_flight() == 0) end(from).last_active = now;
    }
    if (flow.destination_gone()) on_side_lost(other(from), transfer.error);
}

// Nagle's algorithm holds back a small segment while an earlier one is unacknowledged. It cannot touch the
// first write, and many a connection has no second.
void Relay::prepare_write(Endpoint& to) {
    if (to.nodelay) return;
    if (to.written) os::set_nodelay(to.socket.get());
    to.nodelay = to.written;
    to.written = true;
}

// `side` takes nothing more. What it sent before may still wait in its socket. ECONNRESET means that no FIN
// had come before the reset (Linux gives EPIPE otherwise, tcp_reset()), so an end of stream found now is not
// clean.
void Relay::on_side_lost(Side side, int error) {
    note(Cause::reset, side);
    flow_to(side).lose_destination();
    Flow& from = flow_from(side);
    if (error != EPIPE) from.distrust_end();
    from.source_ready();
}

Relay::Progress Relay::conclude(TimePoint now, const IdleLimits& limits, bool again) {
    if (cause_ == Cause::shortage) {
        abort();
        return Progress::finished;
    }
    for (Side side : {Side::client, Side::server})
        if (flow_from(side).next() == Flow::Step::pass_reset && !flow_to(side).fin_passed())
            flow_to(side).lose_destination();  // a reset ends both directions
    if (is_over(flow_from(Side::client).next()) && is_over(flow_from(Side::server).next()))
        return linger(now, limits);
    assert(again || waits_for_something());
    return again ? Progress::again : Progress::waiting;
}

bool Relay::waits_for_something() const {
    return std::any_of(flows_.begin(), flows_.end(), [](const Flow& flow) {
        return !flow.destination_gone() && (flow.source_open() || flow.in_flight() > 0);
    });
}

/// `side` is to be told by RST: the other side was reset, or takes no more of what this side sends.
bool Relay::reset_is_due(Side side) const {
    const Flow& from = flow_from(side);
    if (from.source_was_reset() || flow_to(side).destination_gone()) return false;  // it is lost itself
    bool undelivered = from.destination_gone() && (from.source_open() || from.in_flight() > 0);
    return flow_to(side).source_was_reset() || undelivered;
}

bool Relay::all_delivered() const {
    for (Side side : {Side::client, Side::server})
        if (reset_is_due(side) && os::unacknowledged(ends_[index(side)].socket.get()) > 0) return false;
    return true;
}

// RST throws away what the peer has not acknowledged, so a side that is to be reset first gets everything
// that was received for it. The kernel reports no "all acknowledged"; it is asked at growing intervals.
Relay::Progress Relay::linger(TimePoint now, const IdleLimits& limits) {
    for (Conduit& conduit : conduits_) conduit.drop();  // what is left in flight will never be taken
    if (all_delivered() || now >= linger_until_) return finish();
    if (linger_until_ == never) {
        Side waiting_for = reset_is_due(Side::client) ? Side::client : Side::server;
        Duration limit = limits.half_closed[index(waiting_for)];
        linger_until_ = now + (limit == Duration::zero() ? longest_linger : limit);
        linger_look_ = now;
    }
    if (now >= linger_look_) {
        linger_look_ = now + std::min(milliseconds(1U << linger_looks_), longest_linger_interval);
        if (linger_looks_ < most_doublings) ++linger_looks_;
    }
    return Progress::waiting;
}

Relay::Progress Relay::finish() {
    for (Side side : {Side::client, Side::server})
        if (reset_is_due(side)) os::reset_on_close(end(side).socket.get());
    return Progress::finished;
}

void Relay::abort() {
    note(Cause::killed, Side::client);
    for (Endpoint& endpoint : ends_)
        if (endpoint.socket) os::reset_on_close(endpoint.socket.get());
}

Relay::Progress Relay::on_timer(TimePoint now, const IdleLimits& limits) {
    if (linger_until_ != never) return linger(now, limits);
    for (Side side : {Side::client, Side::server}) {
        if (idle_deadline(side, limits) > now) continue;
        Progress progress = expire(side, now, limits);
        if (progress != Progress::waiting) return progress;
    }
    return held_until() <= now ? pump(now, limits) : Progress::waiting;
}

Relay::Progress Relay::expire(Side side, TimePoint now, const IdleLimits& limits) {
    bool stuck = flow_to(side).in_flight() > 0;
    if (stuck && takes_bytes(side, now, limits)) return Progress::waiting;
    note(Cause::timeout, side);
    if (stuck) {  // it does not take its bytes: they are lost, and both must know
        abort();
        return Progress::finished;
    }
    if (side == Side::server) return finish();
    flow_from(side).end_source();  // a silent client has had its say; the server may still answer
    return pump(now, limits);
}

// A slow reader looks silent: the kernel reports room only when a good part of its buffer is free, which may
// take longer than the limit. Whoever acknowledges bytes is not silent, so a side that is due is asked twice.
bool Relay::takes_bytes(Side side, TimePoint now, const IdleLimits& limits) {
    std::size_t left = os::unacknowledged(end(side).socket.get());
    std::size_t before = std::exchange(unacknowledged_[index(side)], left);
    if (before != not_asked && left >= before) return false;
    Duration limit = idle_limit(side, limits);
    Duration second_look = std::min<Duration>(limit / 4, longest_second_look);
    end(side).last_active = before == not_asked ? now - limit + second_look : now;
    if (before != not_asked) unacknowledged_[index(side)] = not_asked;
    return true;
}

TimePoint Relay::next_deadline(const IdleLimits& limits) const {
    if (linger_until_ != never) return std::min(linger_look_, linger_until_);
    return std::min({idle_deadline(Side::client, limits), idle_deadline(Side::server, limits), held_until()});
}

// A side is waited for when it is its turn to speak, or when bytes are in flight to it. While bytes are held
// back the silence of either side is our doing.
TimePoint Relay::idle_deadline(Side side, const IdleLimits& limits) const {
    const Flow& from = flow_from(side);
    bool waited_for = (from.waits_for_source() && !from.destination_gone()) || flow_to(side).in_flight() > 0;
    Duration limit = idle_limit(side, limits);
    if (!waited_for || limit == Duration::zero() || is_any_held()) return never;
    return ends_[index(side)].last_active + limit;
}

Duration Relay::idle_limit(Side side, const IdleLimits& limits) const {
    if (flow_to(side).fin_passed()) return limits.half_closed[index(side)];
    return limits.tunnel.value_or(limits.open[index(side)]);
}

void Relay::note(Cause cause, Side side) {
    if (cause_ != Cause::none) return;
    cause_ = cause;
    cause_side_ = side;
    server_was_done_ = !flow_from(Side::server).source_open() && flow_to(Side::server).fin_passed();
}

}  // namespace spliced::relay
