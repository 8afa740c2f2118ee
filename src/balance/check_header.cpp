#include "spliced/balance/check_header.hpp"

#include "spliced/os/socket.hpp"
#include "spliced/protocol/proxy_header.hpp"

namespace spliced::balance {

int send_check_header(int socket, const config::Server& server) {
    std::string header;
    if (server.send_proxy_v2) {
        protocol::HeaderExtras extras;
        extras.crc32c = server.proxy_v2.crc32c;
        header = protocol::proxy_header_v2({}, {}, extras);
    } else {
        header = protocol::proxy_header_v1(os::local_address(socket), os::remote_address(socket));
    }
    // The buffer of a new socket holds more than any header, so that it is taken whole or not at all.
    os::Transfer sent = os::send(socket, header, false);
    return sent.outcome == os::Transfer::Outcome::moved ? 0 : sent.error;
}

}  // namespace spliced::balance
