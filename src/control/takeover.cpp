#include "spliced/control/takeover.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>

#include "spliced/base/log.hpp"
#include "spliced/base/text.hpp"
#include "spliced/control/handover.hpp"
#include "spliced/os/descriptor_passing.hpp"

namespace spliced::control {
namespace {

// The other process answers within a turn of its loop; one that hangs must not hang this one.
constexpr timeval patience{5, 0};

Result<UniqueFd> connect_to(const os::Address& address, int type) {
    UniqueFd socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    if (!socket) return system_error("socket", errno);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (::connect(socket.get(), address.data(), address.length()) < 0) return system_error("connect", errno);
    return socket;
}

// Those of handover.hpp, a line each.
std::vector<os::InheritedSockets::Label> labels_in(std::string_view text) {
    std::vector<os::InheritedSockets::Label> labels;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        auto& label = labels.emplace_back();
        auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), label.number);
        line.remove_prefix(static_cast<std::size_t>(end - line.data()));
        label.address = trim(line);
    }
    return labels;
}

Result<void> receive_listeners(int socket, os::InheritedSockets& inherited) {
    for (;;) {
        auto message = os::receive_message(socket);
        if (!message) return message.error();
        if (message->text == "end\n") return {};
        if (message->descriptors.empty()) return Error{"it hands over no sockets"};
        auto labels = labels_in(message->text);
        labels.resize(message->descriptors.size());
        for (std::size_t i = 0; i < labels.size(); ++i)
            if (auto added = inherited.add(std::move(message->descriptors[i]), labels[i]); !added)
                return added;
    }
}

}  // namespace

void Takeover::receive(os::InheritedSockets& inherited) {
    for (pid_t process : replaced_) ask(process, "listeners", &inherited);
}

Result<void> Takeover::receive_from(const std::string& path, os::InheritedSockets& inherited) {
    std::string step = "cannot take the sockets from -x " + path;
    auto address = os::Address::unix_path(path);
    if (!address) return Error{fmt::format("{}: {}", step, address.error().message)};
    auto socket = connect_to(*address, SOCK_STREAM);
    if (!socket) return Error{fmt::format("{}: {}", step, socket.error().message)};
    auto received = os::send_message(socket->get(), "_getsocks\n");
    if (received) received = receive_listeners(socket->get(), inherited);
    if (!received) return Error{fmt::format("{}: {}", step, received.error().message)};
    return {};
}

// False where nobody of that number listens, or somebody else does under its name.
bool Takeover::ask(pid_t process, std::string_view question, os::InheritedSockets* answer) const {
    auto address = handover_address(process);
    if (!address) return false;
    auto socket = connect_to(*address, SOCK_SEQPACKET);
    if (!socket) return false;
    auto peer = os::peer_process(socket->get());
    if (!peer || peer->process != process) return false;
    auto done = os::send_message(socket->get(), question);
    if (done && answer) done = receive_listeners(socket->get(), *answer);
    // It hangs up when it has told the service manager whose turn it is, and has begun to stop.
    if (done && !answer) (void)os::receive_message(socket->get());
    if (!done)
        log::say(Level::warning,
                 fmt::format("process {} is to be replaced, but {}", process, done.error().message));
    return static_cast<bool>(done);
}

void Takeover::complete() const {
    for (pid_t process : replaced_)
        if (!ask(process, hard_ ? "replace hard" : "replace soft", nullptr))
            ::kill(process, hard_ ? SIGTERM : SIGUSR1);
}

}  // namespace spliced::control
