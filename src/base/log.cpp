#include "spliced/base/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "spliced/base/line_writer.hpp"

namespace spliced::log {
namespace {

struct Voice {
    Console console = Console::usual;
    LogSinks sinks;
    LineWriter writer{STDERR_FILENO};
};

Voice& voice() {
    static Voice the_voice;
    return the_voice;
}

void show(Level level, std::string_view text) {
    if (voice().console != Console::quiet) voice().writer.write(console_text(level, ::getpid(), text));
}

std::string_view label(Level level) {
    switch (level) {
        case Level::warning:
            return "[WARNING]";
        case Level::notice:
            return "[NOTICE]";
        case Level::info:
            return "[INFO]";
        case Level::debug:
            return "[DEBUG]";
        default:
            return "[ALERT]";
    }
}

}  // namespace

void set_console(Console console) {
    voice().console = console;
}

Console console() {
    return voice().console;
}

void set_process_sinks(LogSinks sinks) {
    voice().sinks = std::move(sinks);
}

void say(Level level, std::string_view text) {
    say_to(voice().sinks, level, text);
}

void say_to(const LogSinks& sinks, Level level, std::string_view text, std::optional<Level> console) {
    show(console.value_or(level), text);
    write_all(sinks, level, text, std::chrono::system_clock::now());
}

void traffic(const LogSinks& sinks, const LogMessage& message, Level level) {
    if (voice().console == Console::debug) show(Level::info, message.text);
    if (!sinks.empty()) write_all(sinks, level, message, std::chrono::system_clock::now());
}

std::string console_text(Level level, pid_t pid, std::string_view text) {
    std::string line = fmt::format("{:<11}({}) : ", label(level), pid);
    for (char c : text) {
        line += c;
        if (c == '\n') line += "   | ";
    }
    return line;
}

bool OncePerSecond::allow(TimePoint now, unsigned& held_back) {
    if (now < next_) {
        ++held_back_;
        return false;
    }
    next_ = now + seconds(1);
    held_back = std::exchange(held_back_, 0U);
    return true;
}

}  // namespace spliced::log
