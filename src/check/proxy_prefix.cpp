#include "spliced/check/proxy_prefix.hpp"

#include <fmt/format.h>

#include "spliced/os/socket.hpp"

namespace spliced::check {

std::string proxy_prefix(int socket) {
    os::Address own = os::local_address(socket);
    os::Address other = os::remote_address(socket);
    if (!own.is_ip() || own.family() != other.family()) return "PROXY UNKNOWN\r\n";
    return fmt::format("PROXY {} {} {} {} {}\r\n", own.family() == AF_INET6 ? "TCP6" : "TCP4",
                       own.host_text(), other.host_text(), own.port(), other.port());
}

}  // namespace spliced::check
