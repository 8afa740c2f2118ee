// The keywords that say how servers are checked: `option ...-check`, `tcp-check`, `http-check`.
#pragma once

#include "spliced/config/draft.hpp"
#include "spliced/config/line.hpp"

namespace spliced::config {

/// `option tcp-check = yes`, `option httpchk = GET /health`, `option mysql-check = user haproxy`: yes, no, or
/// what the option takes. One of them holds for a section; the one of [defaults] gives way to it.
void read_check_option(const Line& line, CheckKind kind, ProxyDraft& proxy);
/// The option of this kind: "option httpchk".
std::string_view option_of(CheckKind kind);

/// `connect [...]`, `send BYTES`, `send-binary HEX`, `expect [...] [!] MATCH PATTERN`, `comment TEXT`
void read_tcp_check(const Line& line, ProxyDraft& proxy);
/// The same for HTTP: `connect`, `send [meth M] [uri U] ...`, `expect`, `disable-on-404`, `comment`
void read_http_check(const Line& line, ProxyDraft& proxy);

}  // namespace spliced::config
