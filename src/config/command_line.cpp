#include "spliced/config/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>

#include "spliced/base/text.hpp"
#include "spliced/base/units.hpp"

namespace spliced::config {
namespace {

using Mode = CommandLine::Mode;
using Apply = Result<void> (*)(CommandLine&, std::string_view argument);

/// One table for the parser, the suggestions and --help.
struct Flag {
    std::string_view name;
    std::string_view argument;  ///< what the help calls it; empty where the flag has none
    std::string_view help;      ///< empty for a second spelling
    Apply apply;
};

template <bool CommandLine::*field>
Result<void> turn_on(CommandLine& line, std::string_view) {
    line.*field = true;
    return {};
}

Result<void> change_nothing(CommandLine&, std::string_view) {
    return {};
}

/// Of HAProxy's unit, which gives its master a socket; commands go to `stats socket` here.
Result<void> pass_over(CommandLine& line, std::string_view) {
    line.names_master_socket = true;
    return {};
}

template <std::string CommandLine::*field>
Result<void> take(CommandLine& line, std::string_view argument) {
    line.*field = argument;
    return {};
}

template <Mode mode>
Result<void> choose(CommandLine& line, std::string_view) {
    line.mode = std::max(line.mode, mode);
    return {};
}

Result<void> add_file(CommandLine& line, std::string_view argument) {
    line.files.emplace_back(argument);
    return {};
}

Result<void> add_import(CommandLine& line, std::string_view argument) {
    line.imported.emplace_back(argument);
    return choose<Mode::import>(line, argument);
}

Result<void> set_maxconn(CommandLine& line, std::string_view argument) {
    auto number = parse_integer(argument, Range{1, INT32_MAX});
    if (!number) return Error{"-n: " + number.error().message, 0};
    line.maxconn = static_cast<unsigned>(*number);
    return {};
}

Result<void> set_pidfile(CommandLine& line, std::string_view argument) {
    line.pidfile = argument;
    return {};
}

template <bool hard>
Result<void> replace(CommandLine& line, std::string_view) {
    line.replaces_hard = hard;
    return {};
}

constexpr std::array flags{
    Flag{"-f", "FILE|DIR", "read this file, or the *.ini files of this folder; repeatable", add_file},
    Flag{"-c", "", "check the configuration, print the verdict and exit", choose<Mode::check>},
    Flag{"--dump-config", "", "print the effective configuration and exit", choose<Mode::dump_config>},
    Flag{"--import", "FILE|DIR", "print a haproxy.cfg as INI, and a verdict on each line; repeatable",
         add_import},
    Flag{"-W", "", "accepted for HAProxy's sake: there is one process", change_nothing},
    Flag{"-Ws", "", "run under a service manager: stay in the foreground", turn_on<&CommandLine::foreground>},
    Flag{"-D", "", "go to the background", turn_on<&CommandLine::daemon>},
    Flag{"-db", "", "stay in the foreground, whatever else says otherwise",
         turn_on<&CommandLine::foreground>},
    Flag{"-d", "", "stay in the foreground and show each session", turn_on<&CommandLine::debug>},
    Flag{"-q", "", "print no messages", turn_on<&CommandLine::quiet>},
    Flag{"-V", "", "print messages in spite of -q", turn_on<&CommandLine::verbose>},
    Flag{"-n", "MAXCONN", "set the process's connection limit, over the file's", set_maxconn},
    Flag{"-p", "PIDFILE", "write the process number to this file", set_pidfile},
    Flag{"-C", "DIR", "change to this folder before reading files", take<&CommandLine::folder>},
    Flag{"-L", "NAME", "host name in log lines", take<&CommandLine::host_name>},
    Flag{"-sf", "[PID...]", "take over from these processes, let their connections finish", replace<false>},
    Flag{"-st", "[PID...]", "take over from these processes, end their connections", replace<true>},
    Flag{"-x", "SOCKET", "take the listening sockets over from this statistics socket",
         take<&CommandLine::sockets_from>},
    Flag{"-S", "ADDRESS", "accepted for HAProxy's sake: there is no master to talk to", pass_over},
    Flag{"-v", "", "print the version and exit", choose<Mode::version>},
    Flag{"--version", "", "", choose<Mode::version>},
    Flag{"-vv", "", "print the version and how the program was built, and exit", choose<Mode::build>},
    Flag{"--help", "", "print this and exit", choose<Mode::help>},
    Flag{"-h", "", "", choose<Mode::help>},
};

constexpr std::array<std::string_view, 15> only_haproxy{
    "-m", "-N", "-cc", "-dD", "-dG", "-dK", "-dL", "-dM", "-dR", "-dS", "-dV", "-dW", "-de", "-dp", "-dr"};

const Flag* find_flag(std::string_view word) {
    const auto* found =
        std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) { return flag.name == word; });
    return found == flags.end() ? nullptr : &*found;
}

bool is_one_of(std::span<const std::string_view> words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool equal_but_for_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// What an unknown flag was probably meant to be; empty where nothing is near.
std::string_view nearest_flag(std::string_view word) {
    std::array<std::string_view, flags.size()> names{};
    std::transform(flags.begin(), flags.end(), names.begin(), [](const Flag& flag) { return flag.name; });
    for (std::string_view name : names) {
        bool is_cut = word.size() > 3 && name.substr(0, word.size()) == word;
        if (equal_but_for_case(name, word) || is_cut) return name;
        // "-help", "-dump-config"
        if (name.starts_with("--") && name.substr(1) == word) return name;
    }
    return nearest(word, names);
}

Error refuse(std::string_view word) {
    if (is_one_of(only_haproxy, word))
        return Error{fmt::format("{} is a flag of HAProxy, not of spliced", word), 0};
    if (!word.starts_with('-')) {
        return Error{fmt::format("'{}' is not a flag; configuration files follow -f or --", word), 0};
    }
    std::string_view meant = nearest_flag(word);
    std::string hint = meant.empty() ? "" : fmt::format("; did you mean {}?", meant);
    return Error{fmt::format("unknown flag {}{} (--help lists the flags)", word, hint), 0};
}

}  // namespace

log::Console CommandLine::console() const {
    if (debug) return log::Console::debug;
    return quiet && !verbose ? log::Console::quiet : log::Console::usual;
}

namespace {

// As in HAProxy the list may be empty: `-sf $(cat FILE)` where no process was running.
Result<void> take_processes(CommandLine& line, std::span<const std::string_view> words, std::size_t& at) {
    std::string_view flag = words[at];
    for (; at + 1 < words.size() && !words[at + 1].starts_with('-'); ++at) {
        auto number = parse_integer(words[at + 1], Range{1, INT32_MAX});
        if (!number) return Error{fmt::format("{}: {}", flag, number.error().message), 0};
        line.replaced.push_back(static_cast<pid_t>(*number));
    }
    return {};
}

}  // namespace

Result<CommandLine> parse_command_line(std::span<const std::string_view> words) {
    CommandLine line;
    for (std::size_t i = 0; i < words.size() && line.mode < Mode::version; ++i) {
        if (words[i] == "--") {
            line.files.insert(line.files.end(), words.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                              words.end());
            break;
        }
        const Flag* flag = find_flag(words[i]);
        if (flag == nullptr) return refuse(words[i]);
        std::string_view argument;
        if (flag->argument.starts_with('[')) {
            if (auto taken = take_processes(line, words, i); !taken) return taken.error();
        } else if (!flag->argument.empty()) {
            if (i + 1 < words.size()) argument = words[++i];
            if (argument.empty())
                return Error{fmt::format("{} needs {} behind it", flag->name, flag->argument), 0};
        }
        if (auto applied = flag->apply(line, argument); !applied) return applied.error();
    }
    if (line.files.empty()) line.files.emplace_back(default_file);
    return line;
}

std::string usage_text() {
    std::string text = "Usage: spliced [FLAG]... [-- FILE|DIR...]\n\n";
    auto out = std::back_inserter(text);
    for (const Flag& flag : flags) {
        if (flag.help.empty()) continue;
        fmt::format_to(out, "  {:<15} {}\n", fmt::format("{} {}", flag.name, flag.argument), flag.help);
    }
    fmt::format_to(out, "\nWithout -f and -- it reads {}. See spliced(8) and spliced.ini(5).\n",
                   default_file);
    return text;
}

}  // namespace spliced::config
