#include "spliced/os/descriptor_passing.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace spliced::os {
namespace {

// Aligned as CMSG_FIRSTHDR(3) demands.
union ControlBuffer {
    cmsghdr header;
    std::array<char, CMSG_SPACE(most_descriptors * sizeof(int))> bytes;
};

}  // namespace

Result<void> send_message(int socket, std::string_view text, std::span<const int> descriptors) {
    iovec part{const_cast<char*>(text.data()), text.size()};
    ControlBuffer control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!descriptors.empty()) {
        message.msg_control = control.bytes.data();
        message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
        cmsghdr* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
        std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
    }
    ssize_t sent = 0;
    do {
        sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) return system_error("cannot send to the other process", errno);
    return {};
}

Result<Message> receive_message(int socket, std::size_t longest) {
    std::string text(longest, '\0');
    iovec part{text.data(), text.size()};
    ControlBuffer control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes.data();
    message.msg_controllen = control.bytes.size();
    ssize_t got = 0;
    do {
        got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return system_error("cannot hear the other process", errno);
    Message received;
    received.text.assign(text, 0, static_cast<std::size_t>(got));
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int descriptor = -1;
            std::memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof descriptor);
            received.descriptors.emplace_back(descriptor);
        }
    }
    // Descriptors that did not fit are lost, mostly for want of room in our own table.
    if ((message.msg_flags & MSG_CTRUNC) != 0)
        return system_error("cannot take all sockets of the other process", EMFILE);
    return received;
}

std::optional<PeerProcess> peer_process(int socket) {
    ucred credentials{};
    socklen_t length = sizeof credentials;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) < 0) return std::nullopt;
    return PeerProcess{credentials.pid, credentials.uid};
}

}  // namespace spliced::os
