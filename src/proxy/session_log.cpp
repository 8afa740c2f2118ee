// What a session writes to the log: a part of session.hpp, beside its life (session.cpp).
#include "spliced/proxy/formatted_line.hpp"
#include "spliced/proxy/frontend.hpp"
#include "spliced/proxy/session.hpp"
#include "spliced/proxy/session_json.hpp"
#include "spliced/proxy/session_record.hpp"
#include "spliced/proxy/tcplog.hpp"

namespace spliced::proxy {
namespace {

using relay::Side;

// A line that nobody will see is not built.
bool is_heard(const LogSinks& sinks) {
    return !sinks.empty() || log::console() == log::Console::debug;
}

}  // namespace

SessionRecord Session::record(TimePoint now) const {
    const Frontend& frontend = listener_.frontend();
    SessionRecord session;
    session.client = facts_ ? os::PeerAddress(source()) : peer_;
    session.anonymity = terms_.front.anonymity;
    if (session.anonymity == config::Anonymity::hashed)
        session.client_hash = shared().client_names(session.client.address().host_text());
    session.bind_id = listener_.settings().id;
    session.accepted = accepted_wall_;
    session.frontend = terms_.front.name;
    if (route_->back) session.backend = route_->back->name;
    if (last_server_) session.server = last_server_->name();
    fill_queue(session, now);
    session.connect_ms = connect_ms_;
    session.total_ms = to_ms(now - accepted_at_);
    session.bytes_to_client = relay_.bytes_from(Side::server) + (farewell_ ? farewell_->bytes_sent() : 0);
    session.bytes_to_server = relay_.bytes_from(Side::client);
    session.cause = cause_;
    session.phase = cause_phase_;
    session.process_connections = static_cast<unsigned>(shared().connections.current);
    session.frontend_connections = static_cast<unsigned>(frontend.sessions.current);
    if (backend()) session.backend_connections = static_cast<unsigned>(backend()->sessions.current);
    if (last_server_) session.server_connections = last_server_->connections();
    session.retries = retries_.retries();
    session.redispatched = redispatched_;
    if (facts_ && session.queue_ms >= 0) session.queue_ms += facts_->inspected_ms;
    session.log_counter = frontend.lines_logged;
    session.host = shared().host_name;
    if (!facts_) return session;
    session.called = facts_->called;
    session.from = facts_->from;
    if (last_server_) session.server_address = os::PeerAddress(last_server_->address());
    session.session_counter = facts_->session_counter;
    session.unique_id = facts_->unique_id;
    return session;
}

void Session::fill_queue(SessionRecord& session, TimePoint now) const {
    bool was_refused = cause_ == 'S' && cause_phase_ == 'Q';
    session.queue_ms = last_server_ && !was_refused ? 0 : -1;
    if (!stay()) return;
    session.queue_ms = to_ms(stay()->waited(now));
    session.server_queue = stay()->server_queue;
    session.backend_queue = stay()->backend_queue;
}

void Session::remember_for_log() {
    if (!keeps_facts()) return;
    ClientFacts& known = facts();
    known.called = os::PeerAddress(destination());
    known.session_counter = shared().sessions_begun - 1;
    const config::LineFormat& format = terms_.front.unique_id_format;
    if (!format.empty()) append_formatted(known.unique_id, format, record(accepted_at_), shared().dates);
}

// The addresses of a connection cannot be asked for any more when it is over.
bool Session::keeps_facts() const {
    return terms_.front.log_format.uses_facts() || !terms_.front.unique_id_format.empty() ||
           wants_json(listener_.frontend().sinks());
}

ClientFacts& Session::facts() {
    if (!facts_) facts_ = std::make_unique<ClientFacts>();
    return *facts_;
}

void Session::log_start() {
    if (terms_.front.logs_sessions() && !terms_.front.log_start) return;
    if (!is_heard(listener_.frontend().sinks())) return;
    SessionRecord session = record(accepted_at_);
    std::string& line = shared().line;
    line.clear();
    append_connect_line(line, session, destination());
    send_line(SessionEvent::start, session, Level::info);
}

// As in HAProxy, only where there would have been a full line.
void Session::log_refusal(std::string_view why) {
    const config::Frontend& settings = terms_.front;
    if (!settings.logs_sessions() || !is_heard(listener_.frontend().sinks())) return;
    SessionRecord session = record(shared().loop.now());
    session.refusal = why;
    const config::Bind& bind = listener_.settings();
    std::string& line = shared().line;
    line.clear();
    append_refusal(line, session, bind.name.empty() ? std::to_string(bind.id) : bind.name, shared().dates);
    send_line(SessionEvent::refused, session, settings.separate_errors ? Level::err : Level::info);
}

void Session::log_early() {
    if (is_worth_a_line()) log_session(SessionEvent::connected);
}

void Session::log_end() {
    const config::Frontend& settings = terms_.front;
    if (settings.logasap && connect_ms_ >= 0) return;  // log_early() has written it
    if (!is_worth_a_line()) return;
    std::uint64_t received = relay_.bytes_from(Side::client) + (farewell_ ? farewell_->bytes_received() : 0);
    if (settings.dontlognull && received == 0) return;
    log_session(SessionEvent::end);
}

// As HAProxy judges it: what the other side did wrong, and what did not succeed at once.
bool Session::went_wrong() const {
    return (cause_ != '-' && cause_ != 'L') || redispatched_ || (cause_ == '-' && retries_.retries() > 0);
}

bool Session::is_worth_a_line() const {
    const config::Frontend& settings = terms_.front;
    if (!settings.logs_sessions() || (settings.dontlog_normal && !went_wrong())) return false;
    return is_heard(listener_.frontend().sinks());
}

void Session::log_session(SessionEvent event) {
    SessionRecord session = record(shared().loop.now());
    session.early = event == SessionEvent::connected;
    std::string& line = shared().line;
    line.clear();
    const config::LineFormat& format = terms_.front.log_format;
    if (format.empty())
        append_tcplog(line, session, shared().dates);
    else
        append_formatted(line, format, session, shared().dates);
    bool grave = terms_.front.separate_errors && went_wrong();
    send_line(event, session, grave ? Level::err : Level::info);
}

void Session::send_line(SessionEvent event, const SessionRecord& session, Level level) {
    Frontend& frontend = listener_.frontend();
    std::string& members = shared().members;
    members.clear();
    if (wants_json(frontend.sinks())) append_session_members(members, event, session);
    log::traffic(frontend.sinks(), {shared().line, members}, level);
    ++frontend.lines_logged;
}

}  // namespace spliced::proxy
