// The keywords whose values are lines of words: `bind`, `server`, `default-server`, `log` and
// `stats socket`.
#pragma once

#include "spliced/config/draft.hpp"
#include "spliced/config/line.hpp"

namespace spliced::config {

/// `ADDRESS[,ADDRESS...] [parameters]`: one listening socket for each address and port.
void read_bind(const Line& line, ProxyDraft& proxy);
/// An address without a host becomes one on the loopback: what must not be open to the network by an
/// oversight.
std::string on_loopback(std::string_view text);
/// As `bind`, for the status page, where an address without a host is on the loopback.
void read_page_bind(const Line& line, StatusPage& page);

/// `ADDRESS:PORT [parameters]` on top of what `default-server` said.
void read_server(const Line& line, ProxyDraft& proxy);

/// `NUMBER NAME:PORT [parameters]` or `FIRST-LAST ...`: as many servers behind one name.
void read_server_template(const Line& line, ProxyDraft& proxy);

/// Parameters for the servers that follow in the section, or in the sections that take these defaults.
void read_default_server(const Line& line, ProxyDraft& proxy);

/// `ADDRESS[:PORT[-PORT]] [usesrc client|clientip|ADDRESS] [interface NAME]`.
void read_source(const Line& line, ProxyDraft& proxy);

/// `default-limit SIZE default-period TIME [min-size SIZE]`.
void read_bandwidth_filter(const Line& line, BandwidthFilter::Direction direction, ProxyDraft& proxy);

/// `TARGET [len N] [format F] FACILITY [MAX [MIN]]`.
void read_log(const Line& line, std::vector<LogTarget>& logs);

/// `ADDRESS [mode M] [user U] [group G] [level user|operator|admin] [expose-fd listeners]`.
void read_stats_socket(const Line& line, Global& global);

/// `type T [len N] size N [expire T] [nopurge] [store DATA[(PERIOD)],...]`.
void read_stick_table(const Line& line, ProxyDraft& proxy);

}  // namespace spliced::config
