// What stands in a [resolvers] section beside plain values, and the section that nobody wrote.
#pragma once

#include "spliced/config/draft.hpp"
#include "spliced/config/line.hpp"

namespace spliced::config {

/// `nameserver NAME = IP:PORT`, with `udp@` or `tcp@` in front where that is wanted.
void read_nameserver(const Line& line, Resolvers& resolvers);

/// With `parse-resolv-conf`: the name servers of /etc/resolv.conf behind those that are written.
void add_system_servers(Resolvers& resolvers, const Environment& environment, Mistakes& mistakes);

/// Every section that servers name must be there; `default`, as in HAProxy, asks the system's name servers
/// where nobody has written another.
void join_resolvers(Draft& draft, const Environment& environment, Mistakes& mistakes);

}  // namespace spliced::config
