// The process's own voice: what the operator is told at start, at stop and in trouble. The one global.
//
// Lines about one proxy (a session's end, a server's change of state) go to that proxy's sinks and, while the
// process is in the foreground, to stderr as well, as HAProxy does.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "spliced/base/clock.hpp"
#include "spliced/base/log_sink.hpp"

namespace spliced::log {

/// How much goes to stderr: nothing at all, alerts included (`-q`, or after the daemon detached), the usual,
/// or sessions too (`-d`).
enum class Console { quiet, usual, debug };

/// Call it again after stderr was replaced: a terminal that was there is let go.
void set_console(Console console);
Console console();
/// Where process messages go besides stderr: the `log` lines of [global].
void set_process_sinks(LogSinks sinks);

/// To stderr as console_text() and to the process's sinks. Never blocks: a line that stderr cannot take now
/// is lost.
void say(Level level, std::string_view text);
/// The same, to `sinks` instead of the process's. `console` is the level that stderr shows where it differs:
/// HAProxy logs "Server ... is DOWN" as alert and shows it as [WARNING].
void say_to(const LogSinks& sinks, Level level, std::string_view text, std::optional<Level> console = {});
/// A session's line: to `sinks`, and to stderr only with Console::debug.
void traffic(const LogSinks& sinks, const LogMessage& message, Level level = Level::info);

/// "[NOTICE]   (1234) : TEXT", HAProxy's form and columns; [ALERT] for err and graver, then [WARNING],
/// [NOTICE], [INFO] and [DEBUG]. Further lines of `text` begin with "   | ".
std::string console_text(Level level, pid_t pid, std::string_view text);

/// Lets through at most one message a second and counts those held back; one object per kind of message.
class OncePerSecond {
  public:
    /// True where the message may be written now; `held_back` then says how many were not since the last.
    bool allow(TimePoint now, unsigned& held_back);

  private:
    TimePoint next_{};
    unsigned held_back_ = 0;
};

}  // namespace spliced::log
