// Rules: from the greeting of those in front of us to the choice of a backend. Between session_arrival.cpp's
// two halves of a session's life (session.hpp).
#include "spliced/os/client_socket.hpp"
#include "spliced/proxy/frontend.hpp"
#include "spliced/proxy/rule_run.hpp"
#include "spliced/proxy/session.hpp"

namespace spliced::proxy {

using event::Verdict;
using relay::Side;
using rules::ActionId;
using rules::Moment;

Verdict Session::admit() {
    if (!is_admitted()) {
        phase_ = Phase::over;
        return Verdict::done;
    }
    if (TrackedEntries* entries = tracked()) entries->count_session();
    ++shared().sessions_begun;
    listener_.frontend().count_session(listener_);
    remember_for_log();
    log_start();
    listener_.limit_bandwidth(relay_);
    return begin_inspection();
}

// `tcp-request session`: nobody has seen this client yet, so it goes without a line of its own in the log.
bool Session::is_admitted() {
    const auto& rules = terms_.front.rules.requests.session;
    if (rules.empty()) return true;
    RuleSource known(*this);
    rules::Found found = run_rules(rules, known);
    keep_tracked(known);
    if (!found.rule || found.rule->action.id == ActionId::accept) return true;
    listener_.count_denied_session(source());
    if (found.rule->action.id == ActionId::silent_drop)
        os::vanish_on_close(relay_.end(Side::client).socket.get());
    return false;
}

void Session::keep_tracked(RuleSource& source) {
    if (auto tracked = source.take_tracked()) facts().tracked = std::move(tracked);
}

/// Of the backend where one is chosen already, else of the frontend.
const config::SectionRules& Session::rules_in_force() const {
    return route_->back ? route_->back->rules : terms_.front.rules;
}

Duration Session::inspect_delay() const {
    return route_->back ? route_->back->inspect_delay : terms_.front.inspect_delay;
}

Verdict Session::begin_inspection() {
    if (rules_in_force().requests.content.empty()) return after_inspection();
    TimePoint now = shared().loop.now();
    relay_.end(Side::client).last_active = now;
    if (facts_) facts_->rules_done = 0;
    // Where it is not the moment of accept it has to be remembered.
    if (now != accepted_at_) facts().inspected_since = now;
    return inspect();
}

Verdict Session::after_inspection() {
    // Where it had to wait, the wait is part of the time that HAProxy counts before the connection.
    if (phase_ == Phase::inspecting)
        facts().inspected_ms = static_cast<std::int32_t>(to_ms(shared().loop.now() - accepted_at_));
    if (route_ != &terms_.undecided) return arrive();
    take_route(choose_route());
    // The rules of a listen are those of its clients' side, and have been looked at.
    return route_->back ? begin_inspection() : arrive();
}

// The first rule that holds now: what has not come by then is not waited for, as in HAProxy.
const Route& Session::choose_route() const {
    const auto& rules = terms_.front.rules.backends;
    if (rules.empty()) return terms_.usual;
    RuleSource source(*this);
    for (std::size_t i = 0; i < rules.size(); ++i)
        if (rules[i].condition.evaluate(source, Moment::final) == rules::Truth::yes) return terms_.ruled[i];
    return terms_.usual;
}

// `use-server`: the first rule that holds, while its server is up; else the algorithm chooses.
balance::Server* Session::server_by_rule() const {
    const auto& rules = route_->back->server_rules;
    if (rules.empty()) return nullptr;
    RuleSource source(*this);
    for (const config::ServerRule& rule : rules) {
        if (rule.condition.evaluate(source, Moment::final) != rules::Truth::yes) continue;
        balance::Server* server = backend()->pool().find(rule.name);
        if (server && server->running()) return server;
    }
    return nullptr;
}

TimePoint Session::inspection_deadline() const {
    bool is_later = facts_ && facts_->inspected_since != TimePoint();
    return (is_later ? facts_->inspected_since : accepted_at_) + inspect_delay();
}

bool Session::may_wait(TimePoint now) const {
    return inspect_delay() > Duration::zero() && now < inspection_deadline() &&
           !os::has_ended(relay_.end(Side::client).socket.get());
}

// All of them again each time: what a rule has seen may have changed.
Verdict Session::inspect() {
    const auto& rules = rules_in_force().requests.content;
    rules::Found found;
    const std::size_t done_before = facts_ ? facts_->rules_done : 0;
    std::size_t done = done_before;
    {
        RuleSource source(*this);
        found = run_rules(rules, source, Moment::waiting, done);
        if (found.must_wait && (source.is_full() || !may_wait(shared().loop.now())))
            found = run_rules(rules, source, Moment::final, done);
        keep_tracked(source);
        for (const auto* limit : {source.limit_in(), source.limit_out()})
            if (limit) set_bandwidth_limit(*limit);
    }
    if (done != done_before) facts().rules_done = done;
    if (found.must_wait) return wait_for_content();
    if (found.rule && found.rule->action.id != ActionId::accept) return turn_away(found.rule->action.id);
    return after_inspection();
}

Verdict Session::wait_for_content() {
    phase_ = Phase::inspecting;
    Duration silence = terms_.front.timeout_client;
    TimePoint deadline = inspection_deadline();
    if (silence > Duration::zero())
        deadline = std::min(deadline, relay_.end(Side::client).last_active + silence);
    timer_.arm(shared().loop.now(), deadline);
    return Verdict::keep;
}

Verdict Session::on_more_content(event::Ready ready) {
    if (ready.error) {
        listener_.count_failed_request();
        set_cause('C', 'R');
        return finish();
    }
    if (!ready.read && !ready.closed) return Verdict::keep;
    relay_.end(Side::client).last_active = shared().loop.now();
    return inspect();
}

// `timeout client` may come before the end of the delay.
Verdict Session::on_content_late() {
    if (shared().loop.now() >= inspection_deadline()) return inspect();
    listener_.count_failed_request();
    set_cause('c', 'R');
    return part(nullptr);
}

Verdict Session::turn_away(ActionId how) {
    listener_.count_denied_request();
    set_cause('P', 'R');
    if (how == ActionId::reject) return part(nullptr);
    os::vanish_on_close(relay_.end(Side::client).socket.get());
    return finish();
}

}  // namespace spliced::proxy
