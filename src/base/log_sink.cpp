#include "spliced/base/log_sink.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "spliced/base/log_header.hpp"

namespace spliced {
namespace {

/// The receiver is there but cannot take this line; the connection to it is as good as before.
bool is_refused_line(int code) {
    return code == EAGAIN || code == ENOBUFS || code == ENOMEM || code == EMSGSIZE || code == EINTR;
}

/// Equal for targets that may share a sink.
std::string identity(const LogTarget& target) {
    std::string address;
    if (target.address_length > 0) {
        address.assign(reinterpret_cast<const char*>(&target.address), target.address_length);
    }
    return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {}", static_cast<int>(target.kind),
                       target.descriptor, target.max_length, name_of(target.format), target.facility,
                       name_of(target.max), name_of(target.min), target.sample.text(), target.tag,
                       target.host, target.path, address);
}

}  // namespace

std::string local_host_name() {
    std::array<char, 256> name{};  // HOST_NAME_MAX is 64; the last byte stays NUL
    if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
    return name.data();
}

Result<std::shared_ptr<LogSink>> LogSink::open(const LogTarget& target, std::string host_name) {
    auto sink = std::make_shared<LogSink>(target, std::move(host_name));
    auto opened = target.kind == LogTarget::Kind::descriptor ? sink->open_descriptor()
                  : target.kind == LogTarget::Kind::file     ? sink->open_file()
                                                             : sink->open_socket();
    if (!opened) return opened.error();
    return sink;
}

Result<void> LogSink::open_descriptor() {
    if (::fcntl(target_.descriptor, F_GETFD) < 0) return system_error("cannot log to " + target_.text, errno);
    writer_.emplace(target_.descriptor);
    return {};
}

Result<void> LogSink::open_file() {
    constexpr mode_t owner_and_group = 0640;
    UniqueFd file(::open(target_.path.c_str(),
                         O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, owner_and_group));
    struct stat what {};
    if (!file || ::fstat(file.get(), &what) != 0) return system_error("cannot log to " + target_.path, errno);
    if (!S_ISREG(what.st_mode)) return Error{fmt::format("cannot log to {}: it is no file", target_.path)};
    file_ = std::move(file);
    writer_.emplace(file_.get());
    return {};
}

Result<void> LogSink::reopen() {
    return target_.kind == LogTarget::Kind::file ? open_file() : Result<void>();
}

Result<void> LogSink::open_socket() {
    int family = target_.address.ss_family;
    socket_.reset(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket_) return system_error("cannot open a socket to log to " + target_.text, errno);
    connect_socket();
    return {};
}

/// Connecting a datagram socket never waits. It makes a chroot survivable (the path is looked up only now)
/// and lets UDP report a receiver that is gone.
bool LogSink::connect_socket() {
    const auto* address = reinterpret_cast<const sockaddr*>(&target_.address);
    connected_ = ::connect(socket_.get(), address, target_.address_length) == 0;
    return connected_;
}

void LogSink::write(Level level, LogMessage message, WallTime now) {
    if (level > target_.max || !target_.sample.takes(lines_++)) return;
    LogEntry entry;
    entry.format = target_.format;
    entry.facility = target_.facility;
    entry.level = std::max(level, target_.min);
    entry.pid = ::getpid();  // not remembered: detaching changes it
    entry.host = target_.host.empty() ? host_name_ : target_.host;
    entry.time = now;
    entry.tag = target_.tag;
    entry.message = message.text;
    entry.members = message.members;
    // HAProxy counts the line end in `len` on descriptors, and adds it to `len` on datagrams.
    entry.max_length = writer_ ? target_.max_length - 1 : target_.max_length;
    line_.clear();
    append_log_line(line_, entry);
    if (!(writer_ ? writer_->write(line_) : send_line())) ++dropped_;
}

bool LogSink::send_line() {
    line_ += '\n';
    // Twice: a receiver that was restarted is met at once, and no line is lost to its absence.
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (!connected_ && !connect_socket()) return false;
        ssize_t sent = ::send(socket_.get(), line_.data(), line_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0) return true;
        if (is_refused_line(errno)) return false;
        // Of UDP the error tells what became of the line before.
        if (target_.kind == LogTarget::Kind::udp && errno == ECONNREFUSED) ++dropped_;
        connected_ = false;
    }
    return false;
}

Result<LogSinks> LogSinkPool::open(const std::vector<LogTarget>& targets) {
    LogSinks opened;
    for (const LogTarget& target : targets) {
        std::string key = identity(target);
        auto known =
            std::find_if(sinks_.begin(), sinks_.end(), [&](const auto& entry) { return entry.first == key; });
        if (known != sinks_.end()) {
            opened.push_back(known->second);
            continue;
        }
        auto sink = LogSink::open(target, host_name_);
        if (!sink) return sink.error();
        sinks_.emplace_back(std::move(key), *sink);
        opened.push_back(*sink);
    }
    return opened;
}

std::vector<Error> LogSinkPool::reopen_files() {
    std::vector<Error> errors;
    for (auto& [key, sink] : sinks_)
        if (auto opened = sink->reopen(); !opened) errors.push_back(opened.error());
    return errors;
}

void LogSinkPool::close_unused() {
    std::erase_if(sinks_, [&](const auto& entry) {
        if (entry.second.use_count() > 1) return false;
        dropped_before_ += entry.second->dropped();
        return true;
    });
}

std::uint64_t LogSinkPool::dropped() const {
    std::uint64_t sum = dropped_before_;
    for (const auto& [key, sink] : sinks_) sum += sink->dropped();
    return sum;
}

std::vector<std::string> LogSinkPool::without_receiver() const {
    std::vector<std::string> targets;
    for (const auto& [key, sink] : sinks_)
        if (!sink->has_receiver()) targets.push_back(sink->target_text());
    return targets;
}

void write_all(const LogSinks& sinks, Level level, const LogMessage& message, WallTime now) {
    for (const auto& sink : sinks) sink->write(level, message, now);
}

bool wants_json(const LogSinks& sinks) {
    return std::ranges::any_of(sinks, [](const auto& sink) { return sink->is_json(); });
}

}  // namespace spliced
