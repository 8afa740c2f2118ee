// The lines that HAProxy's TCP mode logs for a session, byte for byte (configuration manual,
// sections 8.2.1, 8.2.2).
#pragma once

#include <string>
#include <string_view>

#include "spliced/os/address.hpp"
#include "spliced/proxy/log_date.hpp"
#include "spliced/proxy/session_record.hpp"

namespace spliced::proxy {

/// `option tcplog`: "127.0.0.1:42876 [22/Nov/2026:23:42:16.521] fe be/s1 0/0/0 6 -- 1/1/0/0/0 0/0". Allocates
/// nothing where the string has room.
void append_tcplog(std::string& line, const SessionRecord& session, LogDate& dates);

/// Of a connection that became no session: "127.0.0.1:42876 [22/Nov/2026:23:42:16.521] fe/name: why" (section
/// 8.2.5). `listener` is its name, or its number.
void append_refusal(std::string& line, const SessionRecord& session, std::string_view listener,
                    LogDate& dates);

/// Without `option tcplog`, at accept: "Connect from 127.0.0.1:1 to 127.0.0.1:80 (fe/TCP)", or
/// "Connect to unix:1 (fe/TCP)". `local` is the address that the client connected to.
void append_connect_line(std::string& line, const SessionRecord& session, const os::Address& local);

}  // namespace spliced::proxy
