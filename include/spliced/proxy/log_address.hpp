// Addresses as log lines write them.
#pragma once

#include <string>

#include "spliced/os/address.hpp"
#include "spliced/proxy/session_record.hpp"

namespace spliced::proxy {

/// "127.0.0.1", "::1"; nothing for what has no IP address.
void append_host(std::string& line, const os::Address& address);

/// "127.0.0.1:80", and "::1:80", not "[::1]:80": HAProxy does not bracket in logs, and log readers split at
/// the last colon.
void append_address(std::string& line, const os::Address& address);

/// The client's name, by the record's anonymity: "127.0.0.1", "unix", "-", or 16 hexadecimal digits.
void append_client_host(std::string& line, const SessionRecord& session);
/// With its port, or the number of the `bind` for "unix"; a client that is not named has port 0.
void append_client(std::string& line, const SessionRecord& session);
/// The port, as append_client() shows it.
unsigned client_port(const SessionRecord& session);

}  // namespace spliced::proxy
