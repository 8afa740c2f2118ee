#include "spliced/os/inherited_sockets.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace spliced::os {
namespace {

constexpr int first_activation_descriptor = 3;  // SD_LISTEN_FDS_START

std::string interface_of(int socket) {
    char name[IF_NAMESIZE] = "";
    socklen_t length = sizeof name;
    if (::getsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, name, &length) < 0) return {};
    return {name, strnlen(name, length)};
}

/// The value of a variable that must be a whole number, which it is no longer afterwards; -1 where it is
/// none.
int take_number(const char* variable) {
    const char* text = std::getenv(variable);
    if (text == nullptr) return -1;
    int number = -1;
    const char* end = text + std::strlen(text);
    auto [stop, error] = std::from_chars(text, end, number);
    if (error != std::errc() || stop != end) number = -1;
    ::unsetenv(variable);
    return number;
}

/// Nothing can change it once a socket is bound, ipv6(7).
Result<void> check_v6only(int socket, const ListenOptions& options) {
    if (!options.v6only || options.address->family() != AF_INET6) return {};
    int value = 0;
    socklen_t length = sizeof value;
    if (::getsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &value, &length) == 0 &&
        (value != 0) == *options.v6only)
        return {};
    return Error{fmt::format("cannot listen on {}: the inherited socket takes {}; remove '{}' or change that",
                             options.address->text(), value != 0 ? "IPv6 alone" : "IPv4 as well",
                             *options.v6only ? "v6only" : "v4v6")};
}

}  // namespace

Result<void> InheritedSockets::add(UniqueFd socket) {
    int number = socket.get();
    return add(std::move(socket), {number, {}});
}

Result<void> InheritedSockets::add(UniqueFd socket, const Label& label) {
    int fd = socket.get();
    auto adopted = adopt_listener(fd);
    if (!adopted) return adopted.error();
    [[maybe_unused]] int same = socket.release();
    Socket added{std::move(*adopted), label.number, label.address, interface_of(fd)};
    if (added.address.empty()) added.address = local_address(fd).text();
    // Whoever is asked in two ways (-x and -sf) hands the same one over twice.
    bool is_here = std::ranges::any_of(sockets_, [&](const Socket& each) {
        return each.number == added.number && each.address == added.address &&
               each.interface == added.interface;
    });
    if (!is_here) sockets_.push_back(std::move(added));
    return {};
}

std::optional<UniqueFd> InheritedSockets::take_at(std::vector<Socket>::iterator found) {
    if (found == sockets_.end()) return std::nullopt;
    UniqueFd socket = std::move(found->socket);
    sockets_.erase(found);
    return socket;
}

std::optional<UniqueFd> InheritedSockets::take(const Address& address, std::string_view interface) {
    return take_at(std::find_if(sockets_.begin(), sockets_.end(), [&](const Socket& each) {
        return each.address == address.text() && each.interface == interface;
    }));
}

std::optional<UniqueFd> InheritedSockets::take_descriptor(int number) {
    return take_at(std::find_if(sockets_.begin(), sockets_.end(),
                                [&](const Socket& each) { return each.number == number; }));
}

std::vector<std::string> InheritedSockets::left() const {
    std::vector<std::string> texts;
    for (const Socket& each : sockets_)
        texts.push_back(each.interface.empty() ? each.address
                                               : fmt::format("{}%{}", each.address, each.interface));
    return texts;
}

InheritedSockets take_activation_sockets(std::vector<Error>& errors) {
    InheritedSockets sockets;
    int process = take_number("LISTEN_PID");
    int count = take_number("LISTEN_FDS");
    ::unsetenv("LISTEN_FDNAMES");
    if (process != ::getpid()) return sockets;
    for (int fd = first_activation_descriptor; count > 0; ++fd, --count) {
        // A number that is not open is somebody else's by the time it would be closed.
        if (::fcntl(fd, F_GETFD) < 0) {
            errors.push_back(system_error(fmt::format("cannot use the inherited descriptor {}", fd), errno));
            return sockets;
        }
        if (auto added = sockets.add(UniqueFd(fd)); !added) errors.push_back(added.error());
    }
    return sockets;
}

Result<UniqueFd> inherit_or_adopt(int number, InheritedSockets& inherited) {
    if (auto socket = inherited.take_descriptor(number)) return std::move(*socket);
    return adopt_listener(number);
}

Result<UniqueFd> inherit_or_listen(const ListenOptions& options, InheritedSockets& inherited) {
    auto socket = inherited.take(*options.address, options.interface);
    if (!socket) return listen_on(options);
    if (auto checked = check_v6only(socket->get(), options); !checked) return checked.error();
    set_buffers(socket->get(), options.receive_buffer, options.send_buffer);
    if (auto tuned = retune_listener(socket->get(), options); !tuned) return tuned.error();
    return std::move(*socket);
}

}  // namespace spliced::os
