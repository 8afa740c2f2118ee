#include "spliced/balance/origin.hpp"

#include <netinet/in.h>

#include <cerrno>
#include <cstring>

namespace spliced::balance {
namespace {

using Disguise = config::Source::Disguise;

// As often as HAProxy: a range of which so many ports in a row are in use elsewhere is worn out.
constexpr int ports_to_try = 10;

/// An IPv4 client of an IPv6 listener is an IPv4 client.
os::Address plain(const os::Address& address) {
    if (address.family() != AF_INET6) return address;
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address.data());
    if (!IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) return address;
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, &v6->sin6_addr.s6_addr[12], sizeof bytes);
    return os::Address::ipv4(ntohl(bytes), address.port());
}

/// Of no family where the server is to see our own address: a client of another family, or of none, lends
/// none.
os::Address disguise_of(const config::Source& source, const os::Address* client, sa_family_t family) {
    if (source.disguise == Disguise::none) return {};
    if (source.disguise == Disguise::address) return source.as;
    os::Address address = client ? plain(*client) : os::Address();
    if (address.family() != family) return {};
    if (source.disguise == Disguise::client_ip) address.set_port(0);
    return address;
}

bool is_port_in_use(const os::Attempt& attempt) {
    return attempt.state == os::Attempt::State::failed &&
           (attempt.error == EADDRINUSE || attempt.error == EADDRNOTAVAIL);
}

Departure connect_from_range(const Server& server, os::ConnectOptions options) {
    os::Address from = *options.from;
    options.from = &from;
    Departure departure;
    departure.attempt.error = EADDRNOTAVAIL;
    for (int i = 0; i < ports_to_try; ++i) {
        auto port = server.take_port();
        if (!port) break;
        from.set_port(*port);
        departure.attempt = os::start_connect(options);
        if (departure.attempt.state != os::Attempt::State::failed) {
            departure.port = *port;
            break;
        }
        server.give_back_port(*port);
        if (!is_port_in_use(departure.attempt)) break;
    }
    return departure;
}

}  // namespace

Departure connect_to(const Server& server, os::ConnectOptions options, const os::Address* client) {
    const config::Server& settings = server.settings();
    options.tuning = settings.tuning.get();
    const config::Source& source = settings.source;
    bool fits = source.address.family() == options.to->family();  // a check may go elsewhere
    if (!source.is_given() || !fits) return {os::start_connect(options), 0};
    os::Address disguise = disguise_of(source, client, options.to->family());
    options.is_disguised = disguise.is_ip();
    options.from = options.is_disguised ? &disguise : &source.address;
    if (source.has_ports() && !options.is_disguised) return connect_from_range(server, options);
    return {os::start_connect(options), 0};
}

}  // namespace spliced::balance
