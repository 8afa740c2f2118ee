// A command of the statistics socket: its words, who may run it, what it does.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "spliced/base/clock.hpp"
#include "spliced/base/log_target.hpp"
#include "spliced/config/config.hpp"

namespace spliced::control {

struct Admin;

/// How the severity of a message is shown in front of it: `set severity-output`.
enum class SeverityOutput : std::uint8_t { none, number, string };

/// The client that sends commands, as far as they may see and change it.
struct Caller {
    config::AdminLevel level = config::AdminLevel::user;
    Duration idle_limit{};
    SeverityOutput severity = SeverityOutput::none;
    bool interactive = false;
    bool leaving = false;
};

/// What a command says. A table of values is a dump and carries no severity.
struct Answer {
    enum class Kind : std::uint8_t { done, dump, message };
    Kind kind = Kind::done;
    Level severity = Level::info;
    std::string text;

    static Answer done() { return {}; }
    static Answer dump(std::string text) { return {Kind::dump, Level::info, std::move(text)}; }
    static Answer info(std::string text) { return {Kind::message, Level::info, std::move(text)}; }
    static Answer warning(std::string text) { return {Kind::message, Level::warning, std::move(text)}; }
    static Answer error(std::string text) { return {Kind::message, Level::err, std::move(text)}; }
    static Answer denied() { return error("Permission denied\n"); }
};

/// One command as it was sent.
struct Call {
    Admin& admin;
    Caller& caller;
    std::span<const std::string> arguments;  ///< behind the command's own words

    /// Empty where it was not given.
    std::string_view argument(std::size_t index) const {
        return index < arguments.size() ? std::string_view(arguments[index]) : std::string_view();
    }
};

struct Command {
    std::array<std::string_view, 3> words;  ///< as many as there are; the others are empty
    config::AdminLevel level;               ///< the lowest that may run it
    std::string_view usage;                 ///< for `help`: "show sess [id]"
    std::string_view help;
    Answer (*run)(const Call& call);

    std::size_t word_count() const {
        std::size_t count = 0;
        while (count < words.size() && !words[count].empty()) ++count;
        return count;
    }
};

}  // namespace spliced::control
