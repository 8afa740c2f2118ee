#include "spliced/proxy/formatted_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iterator>

#include "spliced/base/local_date.hpp"
#include "spliced/proxy/log_address.hpp"

namespace spliced::proxy {
namespace {

using config::LinePart;
using config::LogField;

/// Writes one field. Text may be quoted and escaped, numbers and addresses may be hexadecimal.
class FieldWriter {
  public:
    FieldWriter(std::string& line, const SessionRecord& session, LogDate& dates)
        : line_(line), session_(session), dates_(dates), out_(line) {}

    void write(const LinePart& part);

  private:
    bool write_address(const LinePart& part);
    bool write_text(const LinePart& part);
    bool write_time(const LinePart& part);
    bool write_date(const LinePart& part);
    void write_count(const LinePart& part);

    void text(const LinePart& part, std::string_view value);
    void host(const LinePart& part, const os::PeerAddress& address);
    void port(const LinePart& part, const os::PeerAddress& address);
    void client(const LinePart& part);
    void number(const LinePart& part, std::uint64_t value);
    /// HAProxy shows few numbers by +X: at least `digits` of them.
    void hex_number(const LinePart& part, std::uint64_t value, int digits);
    void growing(std::uint64_t value) { fmt::format_to(out_, "{}{}", session_.early ? "+" : "", value); }

    std::string& line_;
    const SessionRecord& session_;
    LogDate& dates_;
    std::back_insert_iterator<std::string> out_;
};

void FieldWriter::write(const LinePart& part) {
    if (write_address(part) || write_text(part) || write_time(part) || write_date(part)) return;
    write_count(part);
}

bool FieldWriter::write_address(const LinePart& part) {
    switch (part.field) {
        case LogField::client_ip:
            return client(part), true;
        case LogField::client_port:
            return hex_number(part, client_port(session_), 4), true;
        case LogField::frontend_ip:
            return host(part, session_.called), true;
        case LogField::frontend_port:
            return port(part, session_.called), true;
        case LogField::backend_ip:
            return host(part, session_.from), true;
        case LogField::backend_port:
            return port(part, session_.from), true;
        case LogField::server_ip:
            return host(part, session_.server_address), true;
        case LogField::server_port:
            return port(part, session_.server_address), true;
        default:
            return false;
    }
}

bool FieldWriter::write_text(const LinePart& part) {
    switch (part.field) {
        case LogField::frontend:
        case LogField::frontend_transport:
            return text(part, session_.frontend), true;
        case LogField::backend:
            return text(part, session_.backend.empty() ? session_.frontend : session_.backend), true;
        case LogField::server:
            return text(part, session_.server.empty() ? "<NOSRV>" : session_.server), true;
        case LogField::host:
            return text(part, session_.host), true;
        case LogField::unique_id:
            return text(part, session_.unique_id), true;
        case LogField::tls_cipher:
        case LogField::tls_version:
            return text(part, {}), true;
        default:
            return false;
    }
}

bool FieldWriter::write_time(const LinePart& part) {
    long long queue = session_.queue_ms;
    long long connect = session_.connect_ms;
    std::string_view early = session_.early ? "+" : "";
    switch (part.field) {
        case LogField::handshake_ms:
            line_ += '0';
            return true;
        case LogField::queue_ms:
            return fmt::format_to(out_, "{}", queue), true;
        case LogField::connect_ms:
            return fmt::format_to(out_, "{}", connect), true;
        case LogField::data_ms:
            return fmt::format_to(out_, "{}", connect < 0 ? -1 : session_.total_ms - queue - connect), true;
        case LogField::total_ms:
        case LogField::user_ms:
            return fmt::format_to(out_, "{}{}", early, session_.total_ms), true;
        default:
            return false;
    }
}

/// "23/Nov/2026:02:36:05 +0000"
void append_zoned(std::string& line, const std::tm& at, std::string_view month, std::string_view zone) {
    fmt::format_to(std::back_inserter(line), "{:02}/{}/{:04}:{:02}:{:02}:{:02} {}", at.tm_mday, month,
                   at.tm_year + 1900, at.tm_hour, at.tm_min, at.tm_sec, zone);
}

std::string zone_of(const std::tm& at) {
    long minutes = at.tm_gmtoff / 60;
    long size = minutes < 0 ? -minutes : minutes;
    return fmt::format("{}{:02}{:02}", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

bool FieldWriter::write_date(const LinePart& part) {
    auto second = std::chrono::floor<seconds>(session_.accepted);
    auto rest = std::chrono::duration_cast<milliseconds>(session_.accepted - second).count();
    auto since_epoch = second.time_since_epoch().count();
    LocalDate date;
    switch (part.field) {
        case LogField::date:
            return fmt::format_to(out_, "{}.{:03}", dates_.text(second), rest), true;
        case LogField::date_gmt: {
            std::time_t moment = since_epoch;
            ::gmtime_r(&moment, &date.fields);
            return append_zoned(line_, date.fields, month_name(date), "+0000"), true;
        }
        case LogField::date_local:
            date = local_date(second);
            return append_zoned(line_, date.fields, month_name(date), zone_of(date.fields)), true;
        case LogField::timestamp:
            return hex_number(part, static_cast<std::uint64_t>(since_epoch), 4), true;
        case LogField::millisecond:
            if (part.hexadecimal) return hex_number(part, static_cast<std::uint64_t>(rest), 2), true;
            return fmt::format_to(out_, "{:03}", rest), true;
        default:
            return false;
    }
}

void FieldWriter::write_count(const LinePart& part) {
    switch (part.field) {
        case LogField::bytes_to_client:
            return growing(session_.bytes_to_client);
        case LogField::bytes_to_server:
            return number(part, session_.bytes_to_server);
        case LogField::termination:
            line_ += session_.cause;
            line_ += session_.phase;
            return;
        case LogField::process_connections:
            return number(part, session_.process_connections);
        case LogField::frontend_connections:
            return number(part, session_.frontend_connections);
        case LogField::backend_connections:
            return number(part, session_.backend_connections);
        case LogField::server_connections:
            return number(part, session_.server_connections);
        case LogField::retries:
            if (session_.redispatched) line_ += '+';
            return number(part, session_.retries);
        case LogField::server_queue:
            return number(part, session_.server_queue);
        case LogField::backend_queue:
            return number(part, session_.backend_queue);
        case LogField::log_counter:
            return hex_number(part, session_.log_counter, 4);
        case LogField::session_counter:
            return hex_number(part, session_.session_counter, 4);
        case LogField::pid:
            return hex_number(part, static_cast<std::uint64_t>(::getpid()), 4);
        default:
            return;
    }
}

void FieldWriter::text(const LinePart& part, std::string_view value) {
    if (value.empty() && !part.quoted) {
        if (part.mandatory) line_ += '-';
        return;
    }
    if (part.quoted) line_ += '"';
    for (char letter : value) {
        if (part.escaped && (letter == '"' || letter == '\\' || letter == ']')) line_ += '\\';
        line_ += letter;
    }
    if (part.quoted) line_ += '"';
}

void append_hex(std::string& line, const os::Address& address) {
    const auto* any = address.data();
    bool v4 = address.family() == AF_INET;
    const auto* bytes =
        v4 ? reinterpret_cast<const unsigned char*>(&reinterpret_cast<const sockaddr_in*>(any)->sin_addr)
           : reinterpret_cast<const sockaddr_in6*>(any)->sin6_addr.s6_addr;
    for (std::size_t i = 0; i < (v4 ? 4U : 16U); ++i)
        fmt::format_to(std::back_inserter(line), "{:02X}", bytes[i]);
}

void FieldWriter::host(const LinePart& part, const os::PeerAddress& peer) {
    os::Address address = peer.address();
    if (!address.is_ip()) return text(part, address.is_unix() ? "unix" : "");
    if (part.hexadecimal) return append_hex(line_, address);
    if (part.quoted) line_ += '"';
    append_host(line_, address);
    if (part.quoted) line_ += '"';
}

// A client of a unix socket called it by the number of its `bind`.
void FieldWriter::port(const LinePart& part, const os::PeerAddress& peer) {
    os::Address address = peer.address();
    if (address.is_ip()) return hex_number(part, address.port(), 4);
    if (address.is_unix()) return number(part, session_.bind_id);
    text(part, {});
}

void FieldWriter::client(const LinePart& part) {
    if (session_.anonymity == config::Anonymity::none) return host(part, session_.client);
    if (part.quoted) line_ += '"';
    append_client_host(line_, session_);
    if (part.quoted) line_ += '"';
}

void FieldWriter::number(const LinePart&, std::uint64_t value) {
    fmt::format_to(out_, "{}", value);
}

void FieldWriter::hex_number(const LinePart& part, std::uint64_t value, int digits) {
    if (part.hexadecimal)
        fmt::format_to(out_, "{:0{}X}", value, digits);
    else
        fmt::format_to(out_, "{}", value);
}

}  // namespace

void append_formatted(std::string& line, const config::LineFormat& format, const SessionRecord& session,
                      LogDate& dates) {
    FieldWriter writer(line, session, dates);
    for (const LinePart& part : format.parts()) {
        line += part.literal;
        if (part.has_field) writer.write(part);
    }
}

}  // namespace spliced::proxy
