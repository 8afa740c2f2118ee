#include "spliced/os/notify.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace spliced::os {
namespace {

/// Not Address::unix_abstract(), which fills the name up as HAProxy does: here every byte counts.
Address address_of(std::string_view target) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    bool is_known = target.size() > 1 && (target[0] == '/' || target[0] == '@');
    if (!is_known || target.size() >= sizeof address.sun_path) return {};
    std::memcpy(address.sun_path, target.data(), target.size());
    bool is_abstract = target[0] == '@';
    if (is_abstract) address.sun_path[0] = '\0';
    std::size_t length = offsetof(sockaddr_un, sun_path) + target.size() + (is_abstract ? 0 : 1);
    return Address(reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(length));
}

std::optional<std::uint64_t> number_of(const char* text) {
    if (text == nullptr) return std::nullopt;
    std::uint64_t number = 0;
    const char* end = text + std::strlen(text);
    auto [stop, error] = std::from_chars(text, end, number);
    if (error != std::errc() || stop != end || number == 0) return std::nullopt;
    return number;
}

}  // namespace

Notifier::Notifier(std::string_view target) : address_(address_of(target)) {
    if (!address_.is_unix()) return;
    socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (socket_) ::connect(socket_.get(), address_.data(), address_.length());
}

Notifier Notifier::from_environment() {
    const char* target = std::getenv("NOTIFY_SOCKET");
    return Notifier(target == nullptr ? std::string_view() : std::string_view(target));
}

void Notifier::tell(std::string_view assignments) {
    if (!socket_) return;
    // Twice: a manager that was restarted listens at the same path with another socket.
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (::send(socket_.get(), assignments.data(), assignments.size(), MSG_NOSIGNAL) >= 0) return;
        if (errno != ECONNREFUSED && errno != ENOTCONN && errno != ECONNRESET) return;
        ::connect(socket_.get(), address_.data(), address_.length());
    }
}

std::optional<Duration> watchdog_interval(const char* usec, const char* pid, pid_t self) {
    auto interval = number_of(usec);
    // Beyond what a Duration holds nobody waits.
    if (!interval || *interval > UINT64_C(1) << 52) return std::nullopt;
    if (pid != nullptr && number_of(pid) != static_cast<std::uint64_t>(self)) return std::nullopt;
    return microseconds(static_cast<std::int64_t>(*interval));
}

std::optional<Duration> take_watchdog_interval() {
    auto interval = watchdog_interval(std::getenv("WATCHDOG_USEC"), std::getenv("WATCHDOG_PID"), ::getpid());
    if (interval) ::unsetenv("WATCHDOG_PID");
    return interval;
}

}  // namespace spliced::os
