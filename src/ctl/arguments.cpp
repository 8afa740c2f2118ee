#include "spliced/ctl/arguments.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <vector>

#include "spliced/base/units.hpp"

namespace spliced::ctl {
namespace {

constexpr std::array states{std::string_view("drain"), std::string_view("ready"), std::string_view("maint")};

Result<milliseconds> seconds_of(std::string_view flag, std::string_view text) {
    std::string written(text);
    if (written.find_first_not_of("0123456789") == std::string::npos) written += 's';
    auto span = parse_duration(written);
    if (!span) return Error{fmt::format("{}: {}", flag, span.error().message)};
    if (span->count() == 0) return Error{fmt::format("{}: 0 is no time at all", flag)};
    return span;
}

class Parser {
  public:
    Parser(std::span<const std::string_view> words, std::string_view socket) : words_(words) {
        found_.socket = socket.empty() ? default_socket : socket;
    }

    Result<Arguments> parse() {
        while (at_ < words_.size() && words_[at_].starts_with('-') && words_[at_].size() > 1)
            if (auto taken = take_flag(); !taken) return taken.error();
        if (found_.mode == Arguments::Mode::version || found_.mode == Arguments::Mode::help) return found_;
        if (auto taken = take_command(); !taken) return taken.error();
        return found_;
    }

  private:
    Result<void> take_flag() {
        auto flag = words_[at_++];
        if (flag == "-h" || flag == "--help") return set(Arguments::Mode::help);
        if (flag == "-v" || flag == "--version") return set(Arguments::Mode::version);
        if (flag != "-s" && flag != "-t" && flag != "-i" && flag != "-n")
            return Error{fmt::format("unknown flag '{}'; --help lists them", flag)};
        if (at_ == words_.size()) return Error{fmt::format("{}: the value is missing", flag)};
        auto value = words_[at_++];
        if (flag == "-s") {
            found_.socket = value;
            return {};
        }
        if (flag == "-n") return set_rounds(value);
        return set_span(flag == "-t" ? found_.patience : found_.interval, flag, value);
    }

    Result<void> set(Arguments::Mode mode) {
        found_.mode = mode;
        return {};
    }
    Result<void> set_rounds(std::string_view value) {
        auto rounds = parse_integer(value, {1, INT32_MAX});
        if (!rounds) return Error{fmt::format("-n: {}", rounds.error().message)};
        found_.rounds = static_cast<unsigned>(*rounds);
        return {};
    }
    static Result<void> set_span(milliseconds& span, std::string_view flag, std::string_view value) {
        auto parsed = seconds_of(flag, value);
        if (!parsed) return parsed.error();
        span = *parsed;
        return {};
    }

    Result<void> take_command() {
        auto rest = words_.subspan(at_);
        if (rest.empty()) return Error{"a command is missing; 'help' lists those of the socket"};
        if (rest[0] == "top" || rest[0] == "list") return take_table(rest);
        for (auto state : states)
            if (rest[0] == state) return take_state(rest);
        found_.command = fmt::format("{}", fmt::join(rest, " "));
        if (found_.command.find_first_of("\r\n") != std::string::npos)
            return Error{"a command is one line; several are joined by ';'"};
        return {};
    }

    /// Flags may stand behind `top` as well.
    Result<void> take_table(std::span<const std::string_view> rest) {
        found_.mode = rest[0] == "top" ? Arguments::Mode::top : Arguments::Mode::list;
        ++at_;
        while (at_ < words_.size()) {
            if (!words_[at_].starts_with('-'))
                return Error{fmt::format("unexpected '{}' after '{}'", words_[at_], rest[0])};
            if (auto taken = take_flag(); !taken) return taken;
        }
        return {};
    }

    Result<void> take_state(std::span<const std::string_view> rest) {
        if (rest.size() != 2 || rest[1].find('/') == std::string_view::npos)
            return Error{fmt::format("'{0}' takes one server: {0} BACKEND/SERVER", rest[0])};
        found_.command = fmt::format("set server {} state {}", rest[1], rest[0]);
        return {};
    }

    std::span<const std::string_view> words_;
    std::size_t at_ = 0;
    Arguments found_;
};

}  // namespace

Result<Arguments> parse_arguments(std::span<const std::string_view> words, std::string_view socket) {
    return Parser(words, socket).parse();
}

std::string usage_text() {
    return "usage: splicectl [-s SOCKET] [-t SECONDS] COMMAND...\n"
           "\n"
           "drain BACKEND/SERVER   let its connections finish, give it no new ones\n"
           "maint BACKEND/SERVER   take it out of service; no checks\n"
           "ready BACKEND/SERVER   put it back into service\n"
           "list                   servers and their states, once\n"
           "top [-i SECONDS] [-n COUNT]\n"
           "                       the same as a live table; q leaves it\n"
           "anything else          a command of the statistics socket: show stat, help, ...\n"
           "\n"
           "-s SOCKET   a path, or an address and a port; else $SPLICED_SOCKET,\n"
           "            else /run/spliced/admin.sock\n"
           "-t SECONDS  how long to wait for an answer, 10 unless given\n"
           "-v, -h      the version, this text\n"
           "\n"
           "Exit code: 0 done, 1 refused by spliced, 2 wrong usage, 3 no answer.\n";
}

}  // namespace spliced::ctl
