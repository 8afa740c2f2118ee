#include "spliced/check/proxy_prefix.hpp"

#include "spliced/os/socket.hpp"
#include "spliced/protocol/proxy_header.hpp"

namespace spliced::check {

std::string proxy_prefix(int socket, const config::Server& server) {
    if (!server.send_proxy_v2)
        return protocol::proxy_header_v1(os::local_address(socket), os::remote_address(socket));
    protocol::HeaderExtras extras;
    extras.crc32c = server.proxy_v2.crc32c;
    return protocol::proxy_header_v2({}, {}, extras);
}

}  // namespace spliced::check
