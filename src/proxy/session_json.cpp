#include "spliced/proxy/session_json.hpp"

#include <fmt/format.h>

#include <iterator>

#include "spliced/base/json_text.hpp"
#include "spliced/proxy/log_address.hpp"

namespace spliced::proxy {
namespace {

std::string_view name_of(SessionEvent event) {
    switch (event) {
        case SessionEvent::start:
            return "start";
        case SessionEvent::connected:
            return "connected";
        case SessionEvent::refused:
            return "refused";
        case SessionEvent::end:
            break;
    }
    return "end";
}

/// The first letter of the termination state in words: who or what ended the session.
std::string_view cause_words(char cause) {
    switch (cause) {
        case 'C':
            return "client aborted";
        case 'c':
            return "client timeout";
        case 'S':
            return "server aborted or refused";
        case 's':
            return "server timeout";
        case 'P':
            return "rejected";
        case 'L':
            return "answered here";
        case 'R':
            return "out of resources";
        case 'I':
            return "internal error";
        case 'D':
            return "server went down";
        case 'U':
            return "active server came up";
        case 'K':
            return "killed by an administrator";
        default:
            return "closed";
    }
}

/// The second letter: what it was doing.
std::string_view phase_words(char phase) {
    switch (phase) {
        case 'R':
            return "inspecting";
        case 'Q':
            return "queued";
        case 'C':
            return "connecting";
        case 'D':
            return "relaying";
        case 'L':
            return "last data";
        default:
            return {};
    }
}

class Members {
  public:
    explicit Members(std::string& text) : text_(text) {}

    void string(std::string_view name, std::string_view value) {
        if (value.empty()) return;
        begin(name);
        append_json_string(text_, value);
    }
    template <typename T>
    void number(std::string_view name, T value) {
        begin(name);
        fmt::format_to(std::back_inserter(text_), "{}", value);
    }
    void address(std::string_view name, std::string_view port_name, const os::PeerAddress& peer) {
        os::Address address = peer.address();
        if (!address.is_ip()) return;
        begin(name);
        text_ += '"';
        append_host(text_, address);
        text_ += '"';
        number(port_name, address.port());
    }
    void client(const SessionRecord& session) {
        if (session.anonymity == config::Anonymity::dropped && session.client.address().is_ip()) return;
        begin("client");
        text_ += '"';
        append_client_host(text_, session);
        text_ += '"';
        if (session.anonymity == config::Anonymity::none) number("client_port", client_port(session));
    }

  private:
    void begin(std::string_view name) {
        if (!first_) text_ += ',';
        first_ = false;
        fmt::format_to(std::back_inserter(text_), "\"{}\":", name);
    }

    std::string& text_;
    bool first_ = true;
};

void append_progress(Members& members, const SessionRecord& session) {
    members.string("backend", session.backend);
    members.string("server", session.server);
    members.address("server_address", "server_port", session.server_address);
    if (session.queue_ms >= 0) members.number("queue_ms", session.queue_ms);
    if (session.connect_ms >= 0) members.number("connect_ms", session.connect_ms);
    members.number("total_ms", session.total_ms);
    members.number("bytes_to_server", session.bytes_to_server);
    members.number("bytes_to_client", session.bytes_to_client);
    members.number("retries", session.retries);
    members.string("redispatched", session.redispatched ? "yes" : "");
    members.number("process_connections", session.process_connections);
    members.number("frontend_connections", session.frontend_connections);
    members.number("backend_connections", session.backend_connections);
    members.number("server_connections", session.server_connections);
    members.number("server_queue", session.server_queue);
    members.number("backend_queue", session.backend_queue);
}

}  // namespace

void append_session_members(std::string& text, SessionEvent event, const SessionRecord& session) {
    Members members(text);
    members.string("event", name_of(event));
    members.client(session);
    members.address("called", "called_port", session.called);
    members.string("frontend", session.frontend);
    members.string("unique_id", session.unique_id);
    members.number("accepted_ms",
                   std::chrono::duration_cast<milliseconds>(session.accepted.time_since_epoch()).count());
    members.string("reason", session.refusal);
    if (event == SessionEvent::start || event == SessionEvent::refused) return;
    append_progress(members, session);
    if (event != SessionEvent::end) return;
    members.string("termination", std::string{session.cause, session.phase});
    members.string("ended_by", cause_words(session.cause));
    members.string("while", phase_words(session.phase));
}

}  // namespace spliced::proxy
