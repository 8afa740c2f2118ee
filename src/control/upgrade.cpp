#include "spliced/control/upgrade.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <csignal>

#include "spliced/base/log.hpp"

namespace spliced::control {
namespace {

bool is_number(const std::string& word) {
    return !word.empty() && std::ranges::all_of(word, [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

std::vector<std::string> arguments_of_successor(const std::vector<std::string>& arguments, pid_t process) {
    std::vector<std::string> kept;
    auto rest_begins = std::ranges::find(arguments, "--");  // files follow
    for (auto at = arguments.begin(); at != rest_begins; ++at) {
        if (*at == "-x") {
            if (at + 1 != rest_begins) ++at;
        } else if (*at == "-sf" || *at == "-st") {
            while (at + 1 != rest_begins && is_number(*(at + 1))) ++at;
        } else {
            kept.push_back(*at);
        }
    }
    kept.insert(kept.end(), {"-sf", std::to_string(process)});
    kept.insert(kept.end(), rest_begins, arguments.end());
    return kept;
}

Upgrade::Upgrade(event::Loop& loop, os::Program program, std::string obstacle)
    : loop_(loop), program_(std::move(program)), obstacle_(std::move(obstacle)) {}

bool Upgrade::watch_signals() {
    return asked_.watch<&Upgrade::on_asked>(loop_, SIGUSR2, *this) &&
           child_.watch<&Upgrade::on_child_changed>(loop_, SIGCHLD, *this);
}

event::Verdict Upgrade::on_asked(int) {
    if (obstacle_.empty() && successor_ != 0)
        log::say(Level::warning, fmt::format("SIGUSR2: process {} is about to take over.", successor_));
    if (!obstacle_.empty()) log::say(Level::warning, "SIGUSR2 changes nothing: " + obstacle_);
    if (!obstacle_.empty() || successor_ != 0) return event::Verdict::keep;
    auto started = os::start(program_, arguments_of_successor(program_.arguments, ::getpid()));
    if (!started) {
        bool confined = started.error().code == EACCES;
        log::say(Level::err,
                 fmt::format("{}{}; this process goes on.", started.error().message,
                             confined ? " (with landlock, a program can be started only from the folder that "
                                        "the running one lies in)"
                                      : ""));
        return event::Verdict::keep;
    }
    successor_ = *started;
    log::say(Level::notice, fmt::format("Process {} ({}) starts, to take over.", successor_, program_.path));
    return event::Verdict::keep;
}

event::Verdict Upgrade::on_child_changed(int) {
    if (successor_ == 0) return event::Verdict::keep;
    bool ok = false;
    auto end = os::ended(successor_, ok);
    if (!end) return event::Verdict::keep;
    // One that goes to the background ends well at once: its child serves.
    if (!ok)
        log::say(Level::err, fmt::format("Process {} ended before it took over ({}); this one goes on. "
                                         "`{} -c` with the same files says why.",
                                         successor_, *end, program_.path));
    successor_ = 0;
    return event::Verdict::keep;
}

}  // namespace spliced::control
