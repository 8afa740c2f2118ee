#include "spliced/proxy/tcplog.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "spliced/base/local_date.hpp"

namespace spliced::proxy {
namespace {

/// "::1:80" and not "[::1]:80": HAProxy does not bracket in logs, and log readers split at the last colon.
void append_address(std::string& line, const os::Address& address) {
    std::array<char, INET6_ADDRSTRLEN> host{};
    const sockaddr* any = address.data();
    const void* bytes = address.family() == AF_INET
                            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(any)->sin_addr)
                            : &reinterpret_cast<const sockaddr_in6*>(any)->sin6_addr;
    ::inet_ntop(address.family(), bytes, host.data(), host.size());
    fmt::format_to(std::back_inserter(line), "{}:{}", host.data(), address.port());
}

void append_client(std::string& line, const SessionRecord& session) {
    os::Address client = session.client.address();
    if (client.is_ip()) {
        append_address(line, client);
    } else {
        fmt::format_to(std::back_inserter(line), "unix:{}", session.bind_id);
    }
}

}  // namespace

/// The client, the date of the accept, the frontend.
void TcpLog::append_start(std::string& line, const SessionRecord& session) {
    auto second = std::chrono::floor<seconds>(session.accepted);
    auto rest = std::chrono::duration_cast<milliseconds>(session.accepted - second);
    append_client(line, session);
    fmt::format_to(std::back_inserter(line), " [{}.{:03}] {}", date(second), rest.count(), session.frontend);
}

void TcpLog::append_refusal(std::string& line, const SessionRecord& session, std::string_view listener,
                            std::string_view text) {
    append_start(line, session);
    fmt::format_to(std::back_inserter(line), "/{}: {}", listener, text);
}

void TcpLog::append(std::string& line, const SessionRecord& session) {
    std::string_view early = session.early ? "+" : "";
    append_start(line, session);
    auto out = std::back_inserter(line);
    fmt::format_to(out, " {}/{}", session.backend.empty() ? session.frontend : session.backend,
                   session.server.empty() ? "<NOSRV>" : session.server);
    fmt::format_to(out, " {}/{}/{}{} {}{} {}{}", session.queue_ms, session.connect_ms, early,
                   session.total_ms, early, session.bytes_to_client, session.cause, session.phase);
    fmt::format_to(out, " {}/{}/{}/{}/{}{} {}/{}", session.process_connections, session.frontend_connections,
                   session.backend_connections, session.server_connections, session.redispatched ? "+" : "",
                   session.retries, session.server_queue, session.backend_queue);
}

std::string_view TcpLog::date(std::chrono::sys_seconds second) {
    if (second != second_) {
        LocalDate local = local_date(second);
        const std::tm& at = local.fields;
        auto written =
            fmt::format_to_n(date_.data(), date_.size(), "{:02}/{}/{:04}:{:02}:{:02}:{:02}", at.tm_mday,
                             month_name(local), at.tm_year + 1900, at.tm_hour, at.tm_min, at.tm_sec);
        date_length_ = std::min(written.size, date_.size());
        second_ = second;
    }
    return {date_.data(), date_length_};
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
