#include "spliced/control/reload.hpp"

#include <fmt/format.h>

#include <csignal>
#include <utility>

#include "spliced/base/log.hpp"
#include "spliced/config/difference.hpp"
#include "spliced/config/fixed.hpp"

namespace spliced::control {

Reload::Reload(event::Loop& loop, proxy::Engine& engine, ServiceManager& manager, LogSinkPool& logs,
               Sources sources)
    : loop_(loop), engine_(engine), manager_(manager), logs_(logs), sources_(std::move(sources)) {
    time_is_up_.bind<&Reload::on_time_is_up>(loop, *this);
}

bool Reload::watch_signals() {
    return hang_up_.watch<&Reload::on_signal>(loop_, SIGHUP, *this);
}

event::Verdict Reload::on_signal(int) {
    run();
    return event::Verdict::keep;
}

const Reload::Outcome& Reload::run() {
    // Whatever becomes of the rest: who rotates log files sends the signal for this alone.
    for (const Error& error : logs_.reopen_files())
        log::say(Level::warning, error.message + "; the file that was open goes on");
    log::say(Level::notice, "Reloading the configuration.");
    if (!forbidden_) manager_.reloading();
    last_ = attempt();
    if (!forbidden_) manager_.ready();
    last_.at = std::chrono::system_clock::now();
    ++(last_.ok ? succeeded_ : failed_);
    for (const std::string& line : last_.lines) log::say(last_.ok ? Level::notice : Level::err, line);
    if (last_.ok)
        log::say(Level::notice, last_.lines.empty() ? "Configuration reloaded: nothing has changed."
                                                    : "Configuration reloaded.");
    else
        log::say(Level::err, "The reload failed: the configuration of before goes on.");
    return last_;
}

Reload::Outcome Reload::attempt() {
    Outcome outcome;
    if (forbidden_) {
        outcome.lines.emplace_back("this process is stopping: it takes no configuration any more");
        return outcome;
    }
    config::Loaded loaded = config::load(sources_.files, sources_.overrides, true);
    for (const config::Mistake& mistake : loaded.mistakes) {
        bool warning = mistake.severity == config::Mistake::Severity::warning;
        if (loaded.config && warning)
            log::say(Level::warning, mistake.text());
        else if (!warning)
            outcome.lines.push_back(mistake.text());
    }
    if (!loaded.config) return outcome;
    // What the files ask for is compared; what can take effect is taken over.
    auto lines = changes(*loaded.config);
    auto config = std::make_shared<const config::Config>(
        config::with_fixed_values_of(engine_.config(), *loaded.config));
    Provision provision = provide_for(engine_, std::move(config), logs_);
    for (const Error& error : provision.errors) outcome.lines.push_back(error.message);
    outcome.ok = provision.errors.empty();
    if (outcome.ok) {
        commit(std::move(provision));
        outcome.lines = std::move(lines);
    }
    logs_.close_unused();
    return outcome;
}

std::vector<std::string> Reload::changes(const config::Config& wanted) const {
    std::vector<std::string> lines;
    for (const config::Difference& difference : config::differences(engine_.config(), wanted))
        lines.push_back(difference.text() +
                        (difference.reloadable ? "" : "; this takes effect with the next start"));
    return lines;
}

void Reload::commit(Provision provision) {
    log::set_process_sinks(std::move(provision.process_sinks));
    engine_.adopt(std::move(provision.config), provision.capacity, std::move(provision.sinks),
                  std::move(provision.sockets));
    bound_leftovers();
}

// `hard-stop-after` holds for what was removed, too, for each from its own removal on.
void Reload::bound_leftovers() {
    milliseconds limit = engine_.config().global.hard_stop_after;
    if (limit == milliseconds(0)) return time_is_up_.disarm();
    TimePoint now = loop_.now();
    if (auto removed = engine_.removal_after(now - limit)) time_is_up_.arm_no_later(now, *removed + limit);
}

event::Verdict Reload::on_time_is_up() {
    milliseconds limit = engine_.config().global.hard_stop_after;
    if (limit == milliseconds(0)) return event::Verdict::keep;
    if (std::size_t ended = engine_.end_retired_sessions(loop_.now() - limit))
        log::say(Level::warning,
                 fmt::format("hard-stop-after: {} sessions of servers and frontends that a reload has "
                             "removed end now.",
                             ended));
    bound_leftovers();
    return event::Verdict::keep;
}

}  // namespace spliced::control
