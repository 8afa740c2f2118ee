#include "spliced/os/client_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "spliced/base/unique_fd.hpp"

namespace spliced::os {

bool has_ended(int socket) {
    pollfd wanted{socket, POLLRDHUP, 0};
    return ::poll(&wanted, 1, 0) > 0;
}

bool is_own_address(const Address& address) {
    if (!address.is_ip()) return false;
    Address any_port = address;
    any_port.set_port(0);
    UniqueFd probe(::socket(address.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
    return probe && ::bind(probe.get(), any_port.data(), any_port.length()) == 0;
}

void vanish_on_close(int socket) {
    int on = 1;
    if (::setsockopt(socket, IPPROTO_TCP, TCP_REPAIR, &on, sizeof on) == 0) return;
    int hops = 1;
    ::setsockopt(socket, IPPROTO_IP, IP_TTL, &hops, sizeof hops);
    ::setsockopt(socket, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hops, sizeof hops);
}

}  // namespace spliced::os
