#include "spliced/control/handover.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>

#include "spliced/base/log.hpp"
#include "spliced/os/descriptor_passing.hpp"

namespace spliced::control {
namespace {

// A process that asks does so at once.
constexpr seconds longest_silence{5};

// A packet has room for a label of 120 bytes (the longest unix path, and a number) for each.
constexpr std::size_t batch = 128;
static_assert(batch <= os::most_descriptors);

}  // namespace

// A disabled frontend's IP sockets do not listen: the new process opens its own. It cannot do so with what it
// knows only as fd@N, which listens again here, and need not with a unix socket, which has never ceased to.
bool is_handed_over(const proxy::Frontend& frontend, const proxy::BoundListener& listener) {
    if (frontend.state() != proxy::Frontend::State::disabled) return true;
    const config::Bind& bind = listener.settings();
    if (bind.inherited_fd) return os::listen_again(listener.fd());
    return bind.address.is_unix();
}

os::InheritedSockets::Label label_of(const config::Bind& bind) {
    if (bind.inherited_fd) return {*bind.inherited_fd, {}};
    return {-1, bind.address.text()};
}

Result<os::Address> handover_address(pid_t process) {
    return os::Address::unix_abstract(fmt::format("spliced-handover-{}", process));
}

std::vector<Listening> listening_sockets(const proxy::Engine& engine) {
    std::vector<Listening> sockets;
    for (const auto& frontend : engine.frontends()) {
        for (const auto& listener : frontend->listeners())
            if (listener->fd() >= 0 && is_handed_over(*frontend, *listener))
                sockets.push_back({listener->fd(), label_of(listener->settings())});
    }
    return sockets;
}

Result<void> send_listeners(int socket, const std::vector<Listening>& sockets) {
    for (std::span<const Listening> rest = sockets; !rest.empty();) {
        std::string labels;
        std::vector<int> descriptors;
        for (const Listening& each : rest.first(std::min(rest.size(), batch))) {
            labels += fmt::format("{} {}\n", each.label.number, each.label.address);
            descriptors.push_back(each.fd);
        }
        rest = rest.subspan(descriptors.size());
        if (auto sent = os::send_message(socket, labels, descriptors); !sent) return sent;
    }
    return os::send_message(socket, "end\n");
}

Handover::Handover(event::Loop& loop, const proxy::Engine& engine, Replaceable& replaceable)
    : loop_(loop), engine_(engine), replaceable_(replaceable) {
    silence_.bind<&Handover::on_silence>(loop, *this);
}

Result<void> Handover::listen() {
    auto address = handover_address(::getpid());
    if (!address) return address.error();
    UniqueFd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket || ::bind(socket.get(), address->data(), address->length()) < 0 ||
        ::listen(socket.get(), 4) < 0)
        return system_error("cannot listen for a process that takes over", errno);
    listener_ = std::move(socket);
    if (!asked_.watch_readable<&Handover::on_asked>(loop_, listener_.get(), *this, event::Priority::urgent))
        return Error{"cannot watch for a process that takes over"};
    return {};
}

bool Handover::is_trusted(int client) const {
    auto peer = os::peer_process(client);
    return peer && (peer->user == 0 || peer->user == ::geteuid());
}

event::Verdict Handover::on_asked() {
    UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!client || !is_trusted(client.get())) return event::Verdict::keep;
    if (!question_.watch_readable<&Handover::on_question>(loop_, client.get(), *this,
                                                          event::Priority::urgent))
        return event::Verdict::keep;
    client_ = std::move(client);
    asked_.stop();  // until this one has been answered
    TimePoint now = loop_.now();
    silence_.arm(now, now + longest_silence);
    return event::Verdict::keep;
}

event::Verdict Handover::on_question() {
    auto question = os::receive_message(client_.get());
    if (question) answer(question->text);
    hang_up();
    return event::Verdict::keep;
}

event::Verdict Handover::on_silence() {
    hang_up();
    return event::Verdict::keep;
}

void Handover::answer(const std::string& question) {
    if (question == "listeners") {
        auto sockets = listening_sockets(engine_);
        if (others_)
            for (Listening& other : others_()) sockets.push_back(std::move(other));
        if (auto sent = send_listeners(client_.get(), sockets); !sent)
            log::say(Level::warning, sent.error().message);
        return;
    }
    bool hard = question == "replace hard";
    auto peer = os::peer_process(client_.get());
    if (!peer || !(hard || question == "replace soft")) return;
    replaceable_.on_replaced(peer->process, hard);
    listener_.reset();  // whoever asks again is told by the silence that there is nothing to have any more
}

void Handover::hang_up() {
    question_.stop();
    silence_.disarm();
    client_.reset();
    if (!listener_) return;
    asked_.watch_readable<&Handover::on_asked>(loop_, listener_.get(), *this, event::Priority::urgent);
}

}  // namespace spliced::control
