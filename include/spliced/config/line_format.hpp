// `log-format`: a log line as text with variables in it (configuration manual of HAProxy, section 8.2.4).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/result.hpp"

namespace spliced::config {

/// The variables that TCP mode has, in the order of the manual page.
enum class LogField : std::uint8_t {
    client_ip,             ///< %ci
    client_port,           ///< %cp
    frontend_ip,           ///< %fi: the address that the client called
    frontend_port,         ///< %fp
    backend_ip,            ///< %bi: ours towards the server
    backend_port,          ///< %bp
    server_ip,             ///< %si
    server_port,           ///< %sp
    frontend,              ///< %f
    frontend_transport,    ///< %ft: the same, where no TLS ends
    backend,               ///< %b
    server,                ///< %s
    bytes_to_client,       ///< %B
    bytes_to_server,       ///< %U
    handshake_ms,          ///< %Th
    queue_ms,              ///< %Tw
    connect_ms,            ///< %Tc
    data_ms,               ///< %Td
    total_ms,              ///< %Tt
    user_ms,               ///< %Tu
    date,                  ///< %t
    date_gmt,              ///< %T
    date_local,            ///< %Tl
    timestamp,             ///< %Ts: seconds since 1970
    millisecond,           ///< %ms
    termination,           ///< %ts
    process_connections,   ///< %ac
    frontend_connections,  ///< %fc
    backend_connections,   ///< %bc
    server_connections,    ///< %sc
    retries,               ///< %rc
    server_queue,          ///< %sq
    backend_queue,         ///< %bq
    log_counter,           ///< %lc: lines of the frontend before this one
    session_counter,       ///< %rt: sessions of the process before this one
    pid,                   ///< %pid
    host,                  ///< %H
    unique_id,             ///< %ID
    tls_cipher,            ///< %sslc: no TLS ends here
    tls_version,           ///< %sslv
};

struct LinePart {
    std::string literal;  ///< before the field
    bool has_field = false;
    LogField field{};
    bool quoted = false;       ///< +Q: text in quotes
    bool hexadecimal = false;  ///< +X: numbers and addresses
    bool mandatory = true;     ///< +M: "-" for what is missing
    bool escaped = false;      ///< +E: a backslash before \", \\ and ]
};

/// A value: as written, and in parts. Empty where none was given.
class LineFormat {
  public:
    static Result<LineFormat> parse(std::string_view text);

    bool empty() const { return parts_.empty(); }
    const std::string& text() const { return text_; }
    const std::vector<LinePart>& parts() const { return parts_; }
    /// It shows what a session does not remember by itself: see proxy::ClientFacts.
    bool uses_facts() const { return uses_facts_; }

  private:
    bool uses(LogField field) const;

    std::string text_;
    std::vector<LinePart> parts_;
    bool uses_facts_ = false;
};

}  // namespace spliced::config
