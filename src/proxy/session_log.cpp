// What a session writes to the log: the second part of session.hpp, beside its life (session.cpp).
#include "spliced/proxy/frontend.hpp"
#include "spliced/proxy/session.hpp"
#include "spliced/proxy/session_record.hpp"

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
    session.bind_id = listener_.settings().id;
    session.accepted = accepted_wall_;
    session.frontend = terms_.front.name;
    if (route_->back) session.backend = route_->back->name;
    if (last_server_) session.server = last_server_->name();
    session.queue_ms = last_server_ ? 0 : -1;
    session.connect_ms = connect_ms_;
    session.total_ms = to_ms(now - accepted_at_);
    session.bytes_to_client = relay_.bytes_from(Side::server) + (farewell_ ? farewell_->bytes_sent() : 0);
    session.cause = cause_;
    session.phase = cause_phase_;
    session.process_connections = static_cast<unsigned>(shared().connections.current);
    session.frontend_connections = static_cast<unsigned>(frontend.sessions.current);
    if (backend()) session.backend_connections = static_cast<unsigned>(backend()->sessions.current);
    if (last_server_) session.server_connections = last_server_->connections();
    session.retries = retries_.retries();
    session.redispatched = redispatched_;
    return session;
}

void Session::log_accept() {
    const LogSinks& sinks = listener_.frontend().sinks();
    if (!is_heard(sinks)) return;
    std::string& line = shared().line;
    line.clear();
    append_connect_line(line, record(accepted_at_), destination());
    log::traffic(sinks, line);
}

void Session::log_early() {
    const Frontend& frontend = listener_.frontend();
    if (!terms_.front.tcplog || !is_heard(frontend.sinks())) return;
    SessionRecord session = record(shared().loop.now());
    session.early = true;
    std::string& line = shared().line;
    line.clear();
    shared().tcplog.append(line, session);
    log::traffic(frontend.sinks(), line);
}

void Session::log_end() {
    const Frontend& frontend = listener_.frontend();
    const config::Frontend& settings = terms_.front;
    if (!settings.tcplog || !is_heard(frontend.sinks())) return;
    if (settings.logasap && connect_ms_ >= 0) return;  // log_early() has written it
    std::uint64_t received = relay_.bytes_from(Side::client) + (farewell_ ? farewell_->bytes_received() : 0);
    if (settings.dontlognull && received == 0) return;
    std::string& line = shared().line;
    line.clear();
    shared().tcplog.append(line, record(shared().loop.now()));
    log::traffic(frontend.sinks(), line);
}

}  // namespace spliced::proxy
