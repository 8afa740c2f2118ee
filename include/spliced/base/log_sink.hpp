// One open destination of log lines. Never blocks: what cannot be written at once is dropped and counted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spliced/base/clock.hpp"
#include "spliced/base/line_writer.hpp"
#include "spliced/base/log_target.hpp"
#include "spliced/base/result.hpp"
#include "spliced/base/unique_fd.hpp"

namespace spliced {

/// What gethostname(2) says, or "localhost".
std::string local_host_name();

/// One message, for lines of text and for JSON.
struct LogMessage {
    std::string_view text;     ///< has no line end
    std::string_view members;  ///< LogEntry::members; may be empty
    LogMessage(std::string_view the_text, std::string_view the_members = {})  // NOLINT: text alone is usual
        : text(the_text), members(the_members) {}
};

class LogSink {
  public:
    /// A syslog daemon that is not there yet is no failure: the sink tries again at the next line.
    /// `host_name` is what rfc3164 and rfc5424 carry.
    static Result<std::shared_ptr<LogSink>> open(const LogTarget& target,
                                                 std::string host_name = local_host_name());

    /// Sends one line unless its level is filtered out or the sample leaves it out.
    void write(Level level, LogMessage message, WallTime now);

    /// Closes a file and opens it anew by its name: whoever rotates logs has renamed it. Where that fails the
    /// old one is kept.
    Result<void> reopen();
    bool is_json() const { return target_.format == LogFormat::json; }

    /// Lines lost because the receiver was full or absent.
    std::uint64_t dropped() const { return dropped_; }
    /// Somebody was there when it was last looked; of UDP nobody can tell.
    bool has_receiver() const { return writer_ || connected_; }
    /// As the operator wrote it.
    const std::string& target_text() const { return target_.text; }

    LogSink(LogTarget target, std::string host_name)
        : target_(std::move(target)), host_name_(std::move(host_name)) {}

  private:
    Result<void> open_descriptor();
    Result<void> open_file();
    Result<void> open_socket();
    bool connect_socket();
    /// False where `line_` is lost.
    bool send_line();

    LogTarget target_;
    std::string host_name_;
    UniqueFd file_;                     ///< of a file target
    std::optional<LineWriter> writer_;  ///< of a descriptor or file target
    UniqueFd socket_;  ///< of a unix socket or UDP target; kept for good, so that a shortage cannot take it
    bool connected_ = false;  ///< socket_ has a receiver
    std::string line_;        ///< reused, so that a line costs no allocation
    std::uint64_t dropped_ = 0;
    std::uint64_t lines_ = 0;  ///< that were not filtered out, for the sample
};

/// What one proxy, or the process, logs to.
using LogSinks = std::vector<std::shared_ptr<LogSink>>;

/// Opens all of them; equal targets share one sink, so that drops are counted once.
class LogSinkPool {
  public:
    explicit LogSinkPool(std::string host_name = local_host_name()) : host_name_(std::move(host_name)) {}

    Result<LogSinks> open(const std::vector<LogTarget>& targets);
    /// Opens all files anew; returns what failed.
    std::vector<Error> reopen_files();
    /// Closes those that nobody but the pool holds any more, after a reload.
    void close_unused();
    /// Lines lost by all sinks together, those that are closed by now included.
    std::uint64_t dropped() const;
    /// The targets to which nobody listens now.
    std::vector<std::string> without_receiver() const;

  private:
    std::string host_name_;
    std::vector<std::pair<std::string, std::shared_ptr<LogSink>>> sinks_;
    std::uint64_t dropped_before_ = 0;  ///< by sinks that are closed
};

/// Writes to each of them.
void write_all(const LogSinks& sinks, Level level, const LogMessage& message, WallTime now);

/// Somebody wants LogMessage::members.
bool wants_json(const LogSinks& sinks);

}  // namespace spliced
