#include "spliced/proxy/tcplog.hpp"

#include <fmt/format.h>

#include <iterator>

#include "spliced/proxy/log_address.hpp"

namespace spliced::proxy {
namespace {

/// The client, the date of the accept, the frontend.
void append_start(std::string& line, const SessionRecord& session, LogDate& dates) {
    auto second = std::chrono::floor<seconds>(session.accepted);
    auto rest = std::chrono::duration_cast<milliseconds>(session.accepted - second);
    append_client(line, session);
    fmt::format_to(std::back_inserter(line), " [{}.{:03}] {}", dates.text(second), rest.count(),
                   session.frontend);
}

}  // namespace

void append_refusal(std::string& line, const SessionRecord& session, std::string_view listener,
                    LogDate& dates) {
    append_start(line, session, dates);
    fmt::format_to(std::back_inserter(line), "/{}: {}", listener, session.refusal);
}

void append_tcplog(std::string& line, const SessionRecord& session, LogDate& dates) {
    std::string_view early = session.early ? "+" : "";
    append_start(line, session, dates);
    auto out = std::back_inserter(line);
    fmt::format_to(out, " {}/{}", session.backend.empty() ? session.frontend : session.backend,
                   session.server.empty() ? "<NOSRV>" : session.server);
    fmt::format_to(out, " {}/{}/{}{} {}{} {}{}", session.queue_ms, session.connect_ms, early,
                   session.total_ms, early, session.bytes_to_client, session.cause, session.phase);
    fmt::format_to(out, " {}/{}/{}/{}/{}{} {}/{}", session.process_connections, session.frontend_connections,
                   session.backend_connections, session.server_connections, session.redispatched ? "+" : "",
                   session.retries, session.server_queue, session.backend_queue);
}

void append_connect_line(std::string& line, const SessionRecord& session, const os::Address& local) {
    auto out = std::back_inserter(line);
    if (session.client.address().is_ip() && local.is_ip()) {
        line += "Connect from ";
        append_client(line, session);
        line += " to ";
        append_address(line, local);
    } else {
        fmt::format_to(out, "Connect to unix:{}", session.bind_id);
    }
    fmt::format_to(out, " ({}/TCP)", session.frontend);
}

}  // namespace spliced::proxy
