#include "spliced/control/session_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "spliced/base/local_date.hpp"
#include "spliced/os/socket.hpp"
#include "spliced/proxy/frontend.hpp"

namespace spliced::control {
namespace {

using Phase = proxy::Session::Phase;
using relay::Side;

/// HAProxy's sc_state of the side of the server: INI, TAR, CON, EST, CLO.
unsigned state_number(Phase phase) {
    switch (phase) {
        case Phase::greeting:
        case Phase::inspecting:
        case Phase::arriving:
            return 0;
        case Phase::queued:
            return 2;
        case Phase::pausing:
            return 3;
        case Phase::dialing:
            return 5;
        case Phase::relaying:
            return 8;
        case Phase::parting:
        case Phase::over:
            break;
    }
    return 10;
}

std::string_view name_of(Phase phase) {
    switch (phase) {
        case Phase::greeting:
            return "greeting";
        case Phase::inspecting:
            return "inspecting";
        case Phase::arriving:
            return "arriving";
        case Phase::queued:
            return "queued";
        case Phase::pausing:
            return "pausing";
        case Phase::dialing:
            return "dialing";
        case Phase::relaying:
            return "relaying";
        case Phase::parting:
            return "parting";
        case Phase::over:
            break;
    }
    return "over";
}

std::string_view protocol_of(const os::Address& address) {
    if (address.is_unix()) return "unix_stream";
    return address.family() == AF_INET6 ? "tcpv6" : "tcpv4";
}

/// "127.0.0.1:4711", "unix:1".
std::string source_of(const proxy::Session& session) {
    os::Address source = session.source();
    if (!source.is_ip()) return fmt::format("unix:{}", session.listener().settings().id);
    return fmt::format("{}:{}", source.host_text(), source.port());
}

/// "31s", "1m2s", "3h4m", "5d6h": the two greatest units, as HAProxy writes them.
std::string span_text(Duration span) {
    auto whole = std::max<long long>(0, std::chrono::duration_cast<seconds>(span).count());
    if (whole < 60) return fmt::format("{}s", whole);
    if (whole < 3600) return fmt::format("{}m{}s", whole / 60, whole % 60);
    if (whole < 86400) return fmt::format("{}h{}m", whole / 3600, whole / 60 % 60);
    return fmt::format("{}d{}h", whole / 86400, whole / 3600 % 24);
}

std::string wait_text(const proxy::Session& session, TimePoint now, std::string_view if_none) {
    return session.deadline() == never ? std::string(if_none) : span_text(session.deadline() - now);
}

int fd_of(const proxy::Session& session, Side side) {
    return session.relay().end(side).socket.get();
}

std::string local_text(int fd) {
    return fd < 0 ? "?" : os::local_address(fd).text();
}

/// Its place in the file; 0 where it is not there any more.
void append_backend(std::string& text, const proxy::Session& session) {
    auto out = std::back_inserter(text);
    const proxy::Backend* backend = session.backend();
    if (!backend) {
        text += "  backend=<NONE> (id=-1 mode=-)\n  server=<NONE> (id=-1)\n";
        return;
    }
    fmt::format_to(out, "  backend={} (id={} mode=tcp) addr={}\n", backend->name(), backend->settings().id,
                   local_text(fd_of(session, Side::server)));
    const balance::Server* server = session.server();
    if (server)
        fmt::format_to(out, "  server={} (id={}) addr={}\n", server->name(), server->settings().id,
                       server->address().text());
    else
        text += "  server=<NONE> (id=-1)\n";
}

bool is_waiting(const proxy::Session& session) {
    return session.stay() && session.stay()->is_waiting();
}

Duration queue_age(const proxy::Session& session, TimePoint now) {
    return now - session.stay()->since();
}

/// It waits for one server, or for any.
void append_queue(std::string& text, const proxy::Session& session, TimePoint now) {
    if (!is_waiting(session)) return;
    bool for_any = session.stay()->queue() == &session.backend()->pool().queue();
    fmt::format_to(std::back_inserter(text), "  queue={} position={} age={}\n",
                   for_any ? "<backend>" : session.last_server()->name(), session.stay()->position(),
                   span_text(queue_age(session, now)));
}

}  // namespace

void append_session_line(std::string& text, const proxy::Session& session, TimePoint now) {
    const config::Backend* back = session.route().back;
    auto wait = wait_text(session, now, "");
    auto out = std::back_inserter(text);
    fmt::format_to(out, "{}: proto={} src={} fe={} be={} srv={} ", fmt::ptr(&session),
                   protocol_of(session.source()), source_of(session), session.terms().front.name,
                   back ? back->name : "<NONE>", session.server() ? session.server()->name() : "<none>");
    fmt::format_to(out, "ts=00 epoch=0 age={} calls=0 rate=0 cpu=0 lat=0 ",
                   span_text(now - session.accepted_at()));
    fmt::format_to(out, "rq[f=0h,i={},an=00h,rx=,wx=,ax=] rp[f=0h,i={},an=00h,rx=,wx=,ax=] ",
                   session.relay().bytes_from(Side::client), session.relay().bytes_from(Side::server));
    fmt::format_to(out, "scf=[8,0h,fd={}] scb=[{},0h,fd={}] exp={} rc={} c_exp={}",
                   fd_of(session, Side::client), state_number(session.phase()), fd_of(session, Side::server),
                   wait, session.retries(), is_waiting(session) ? wait : "");
    if (is_waiting(session))
        fmt::format_to(out, " qpos={} qage={}", session.stay()->position(),
                       span_text(queue_age(session, now)));
    text += '\n';
}

void append_session_in_full(std::string& text, const proxy::Session& session, TimePoint now) {
    LocalDate at = local_date(session.accepted_wall());
    auto out = std::back_inserter(text);
    const proxy::BoundListener& listener = session.listener();
    fmt::format_to(out, "{}: [{:02}/{}/{:04}:{:02}:{:02}:{:02}.{:06}] proto={} source={}\n",
                   fmt::ptr(&session), at.fields.tm_mday, month_name(at), at.fields.tm_year + 1900,
                   at.fields.tm_hour, at.fields.tm_min, at.fields.tm_sec, at.microsecond,
                   protocol_of(session.source()), source_of(session));
    fmt::format_to(out, "  state={}, conn_retries={}, age={}, exp={}\n", name_of(session.phase()),
                   session.retries(), span_text(now - session.accepted_at()),
                   wait_text(session, now, "<NEVER>"));
    fmt::format_to(out, "  frontend={} (id={} mode=tcp), listener={} (id={}) addr={}\n",
                   session.terms().front.name, session.terms().front.id, listener.label(),
                   listener.settings().id, local_text(fd_of(session, Side::client)));
    append_backend(text, session);
    append_queue(text, session, now);
    fmt::format_to(out, "  req: fd={} total={}\n  res: fd={} total={}\n", fd_of(session, Side::client),
                   session.relay().bytes_from(Side::client), fd_of(session, Side::server),
                   session.relay().bytes_from(Side::server));
}

}  // namespace spliced::control
