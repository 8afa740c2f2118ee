// Open descriptors handed from one process to another over a unix socket; unix(7), SCM_RIGHTS.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/result.hpp"
#include "spliced/base/unique_fd.hpp"

namespace spliced::os {

/// What the kernel takes in one message, SCM_MAX_FD.
inline constexpr std::size_t most_descriptors = 253;

/// One message: a text that is not empty, and at most most_descriptors. Blocks no longer than the socket
/// does.
Result<void> send_message(int socket, std::string_view text, std::span<const int> descriptors = {});

struct Message {
    std::string text;  ///< empty where the other side has ended
    std::vector<UniqueFd> descriptors;
};
/// Of at most `longest` bytes. Blocks no longer than the socket does.
Result<Message> receive_message(int socket, std::size_t longest = 16 * 1024);

/// Who is at the other end, as the kernel knows it: SO_PEERCRED.
struct PeerProcess {
    pid_t process = 0;
    uid_t user = 0;
};
std::optional<PeerProcess> peer_process(int socket);

}  // namespace spliced::os
