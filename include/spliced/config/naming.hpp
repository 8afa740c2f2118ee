// Names in place of addresses: what a server says about its own, and the sections of name servers.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "spliced/config/location.hpp"
#include "spliced/os/subnet.hpp"

namespace spliced::config {

using std::chrono::milliseconds;

/// One word of `init-addr`: where the first address of a server may come from.
struct InitialAddress {
    enum class Source : std::uint8_t {
        last,   ///< what a process that runs knows already
        libc,   ///< the system, which may block for long
        none,   ///< nowhere: the server waits in maintenance
        given,  ///< `address`
    };
    Source source = Source::libc;
    os::Address address;  ///< without a port
};

/// Of a server whose address was written as a name; that of another has no `host`.
struct Naming {
    std::string host;                ///< the name; where it begins with '_', one of services (SRV records)
    sa_family_t family = AF_UNSPEC;  ///< the only one that will do: `ipv4@`, `ipv6@`, or that of `source`
    std::uint16_t port = 0;          ///< 0 for a name of services, which bring their own
    std::string resolvers;           ///< the section that follows the name; empty: it is looked up once
    bool prefers_ipv4 = false;
    bool allows_shared = false;         ///< `allow-dup-ip`: several servers of the backend at one address
    bool ignores_weight = false;        ///< of SRV records
    std::vector<os::Subnet> preferred;  ///< `resolve-net`
    std::vector<InitialAddress> initial_sources;  ///< empty: last, libc
    os::Address initial;  ///< what they gave a name that is followed; of no family where they gave nothing

    bool is_followed() const { return !host.empty() && !resolvers.empty(); }
    bool is_service() const { return host.starts_with('_'); }
};

/// `nameserver`.
struct NameServer {
    std::string name;
    os::Address address;
    bool tcp = false;        ///< `tcp@`: never asked by UDP
    bool of_system = false;  ///< from /etc/resolv.conf
};

/// A [resolvers] section. What the times mean stands in spliced.ini(5).
struct Resolvers {
    std::string name;
    std::vector<NameServer> servers;
    bool of_system = false;  ///< `parse-resolv-conf`
    unsigned retries = 3;    ///< attempts, the first among them
    milliseconds timeout_resolve{1000};
    milliseconds timeout_retry{1000};
    milliseconds hold_valid{10000};
    milliseconds hold_obsolete{0};
    milliseconds hold_nx{30000};
    milliseconds hold_timeout{30000};
    milliseconds hold_refused{30000};
    milliseconds hold_other{30000};
    unsigned payload = 512;  ///< bytes of an answer by UDP
    Location where;
};

}  // namespace spliced::config
