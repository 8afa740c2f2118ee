// The PROXY protocol header that a client of `accept-proxy` begins with: the very first part of a session's
// life (session.hpp).
#include <fmt/format.h>

#include "spliced/protocol/proxy_header.hpp"
#include "spliced/proxy/frontend.hpp"
#include "spliced/proxy/session.hpp"
#include "spliced/proxy/session_record.hpp"

namespace spliced::proxy {
namespace {

using Outcome = os::Transfer::Outcome;
using State = protocol::HeaderReading::State;

// One look at what has come. Headers are shorter, and of what follows them nothing need be copied.
constexpr std::size_t longest_look = 1024;

// Where no timeout bounds it: who announces clients has the header at hand.
constexpr seconds longest_greeting{30};

// HAProxy's words, which log readers know.
std::string_view fault_of(State state) {
    switch (state) {
        case State::not_a_header:
            return "Received something which does not look like a PROXY protocol header";
        case State::unhandled:
            return "Received an unhandled protocol in the PROXY protocol header";
        default:
            return "Received an invalid PROXY protocol header";
    }
}

}  // namespace

using event::Verdict;
using relay::Side;

/// What one look came to.
struct Session::Heard {
    Outcome outcome = Outcome::blocked;
    State state = State::incomplete;
    bool more = false;  ///< something follows the header
};

Verdict Session::greet() {
    Duration limit = terms_.front.timeout_client_hs.value_or(terms_.front.timeout_client);
    timer_.arm(accepted_at_, accepted_at_ + (limit == Duration::zero() ? longest_greeting : limit));
    return Verdict::keep;
}

Verdict Session::hear_header() {
    for (;;) {
        Heard heard = hear_piece();
        switch (heard.outcome) {
            case Outcome::blocked:
                return Verdict::keep;
            case Outcome::moved:
                break;
            case Outcome::ended:
                return refuse(header_has_begun()
                                  ? "Truncated PROXY protocol header received"
                                  : "Connection closed while waiting for PROXY protocol header");
            default:
                return refuse("Connection error while waiting for PROXY protocol header");
        }
        if (heard.state == State::complete) return on_header(heard.more);
        if (heard.state != State::incomplete) return refuse(fault_of(heard.state));
    }
}

// Peeks, and takes what belongs to the header and not a byte more: what follows is the server's, and may be
// spliced.
Session::Heard Session::hear_piece() {
    int client = relay_.end(Side::client).socket.get();
    std::span<char> room = std::span(shared().resources.buffer).first(longest_look);
    os::Transfer look = os::peek(client, room);
    if (look.outcome != Outcome::moved) return {look.outcome, State::incomplete, false};
    std::string_view piece(room.data(), look.count);
    std::size_t before = header_has_begun() ? facts_->header.size() : 0;
    if (before != 0) facts_->header += piece;
    auto reading = protocol::read_proxy_header(before != 0 ? facts_->header : piece);
    if (reading.state == State::incomplete) {
        if (before == 0) facts().header = piece;
        reading.size = before + look.count;
    } else if (reading.state == State::complete) {
        ClientFacts& known = facts();
        known.source = reading.header.source;
        known.destination = reading.header.destination;
        known.authority = reading.header.authority;
    } else {
        return {Outcome::moved, reading.state, false};
    }
    std::size_t own = reading.size - before;
    os::Transfer taken = os::receive(client, room.first(own));
    if (taken.outcome != Outcome::moved || taken.count != own) return {Outcome::failed, reading.state, false};
    return {Outcome::moved, reading.state, own < look.count};
}

Verdict Session::on_header(bool first_word_came) {
    timer_.disarm();
    if (first_word_came) {
        learn_first_word(true);
    } else {
        // Else the server would be promised bytes at once. A unix socket's look may have ended early.
        char byte = 0;
        os::Transfer rest = os::peek(relay_.end(Side::client).socket.get(), {&byte, 1});
        if (rest.outcome == Outcome::blocked) relay_.forget_heard(Side::client);
    }
    facts_->header = {};
    // What the log wants to know comes later.
    bool announced = facts_->source.family() != AF_UNSPEC || !facts_->authority.empty();
    if (!announced) facts_.reset();
    silent_ms_ = static_cast<std::int32_t>(to_ms(shared().loop.now() - accepted_at_));
    return admit();
}

// No session comes of it, and no line of one. A client that was heard learns by RST that it was not
// understood.
Verdict Session::refuse(std::string_view why) {
    ++listener_.frontend().refused_greetings;
    char byte = 0;
    int client = relay_.end(Side::client).socket.get();
    bool heard = header_has_begun() || os::peek(client, {&byte, 1}).outcome == Outcome::moved;
    if (heard) os::reset_on_close(client);
    if (heard || !terms_.front.dontlognull) log_refusal(why);
    phase_ = Phase::over;
    return Verdict::done;
}

}  // namespace spliced::proxy
