// Arguments, wiring, exit code; nothing else.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/log.hpp"
#include "spliced/config/command_line.hpp"
#include "spliced/config/load.hpp"
#include "spliced/config/version.hpp"
#include "spliced/control/admin_server.hpp"
#include "spliced/control/drain.hpp"
#include "spliced/control/provision.hpp"
#include "spliced/control/reload.hpp"
#include "spliced/control/status_server.hpp"
#include "spliced/os/daemon.hpp"
#include "spliced/os/pidfile.hpp"
#include "spliced/os/privileges.hpp"
#include "spliced/os/stdio.hpp"

namespace {

using namespace spliced;

constexpr int ok = 0;
constexpr int failed = 1;

int fail(const Error& error) {
    log::say(Level::alert, error.message);
    return failed;
}

int print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    return std::fflush(stdout) == 0 ? ok : failed;
}

void report(const std::vector<config::Mistake>& mistakes) {
    for (const config::Mistake& mistake : mistakes) {
        bool warning = mistake.severity == config::Mistake::Severity::warning;
        log::say(warning ? Level::warning : Level::alert, mistake.text());
    }
}

// What must happen while the process is still root and sees the whole file system.
Result<void> settle_process(const config::Global& global) {
    if (!global.pidfile.empty())
        if (auto written = os::write_pid_file(global.pidfile, ::getpid()); !written) return written;
    auto identity = os::complete({global.user, global.group, global.user_name, global.group_name});
    if (!identity) return identity.error();
    if (!global.chroot.empty())
        if (auto entered = os::enter_chroot(global.chroot); !entered) return entered;
    return os::drop_privileges(*identity);
}

int serve(const config::CommandLine& line, control::Provision provision, LogSinkPool& logs,
          control::AdminSockets admin_sockets, control::PageSockets page_sockets) {
    auto config = provision.config;
    log::set_process_sinks(provision.process_sinks);
    for (const std::string& target : logs.without_receiver())
        log::say(Level::warning,
                 fmt::format("nobody listens on {}: log lines for it are lost until somebody does", target));

    std::optional<os::Daemon> daemon;
    if (line.goes_to_background(config->global.daemon)) {
        auto forked = os::Daemon::fork_to_background();
        if (!forked) return fail(forked.error());
        daemon = std::move(*forked);
    }
    if (auto settled = settle_process(config->global); !settled) return fail(settled.error());

    auto loop = spliced::event::Loop::create();  // libevent has a struct of the same name
    if (!loop) return fail(loop.error());
    proxy::Engine engine(config, **loop, provision.capacity, std::move(provision.sinks),
                         std::move(provision.sockets));
    control::Reload reload(**loop, engine, logs, {line.files, {line.maxconn, line.pidfile}});
    control::Drain drain(**loop, engine, reload);
    if (!drain.watch_signals() || !reload.watch_signals()) return fail(Error{"cannot watch signals"});
    control::Admin admin{**loop, engine, logs, reload, control::UsageMeter((*loop)->now())};
    control::AdminServer admin_server(admin, std::move(admin_sockets));
    if (!admin_server.start()) return fail(Error{"cannot watch the statistics sockets"});
    control::StatusServer status_server(admin);
    if (!status_server.start(std::move(page_sockets))) return fail(Error{"cannot watch the status page's sockets"});
    drain.also_at_begin([&] { status_server.stop_accepting(); });
    if (auto started = engine.start(); !started) return fail(started.error());
    if (daemon) {
        if (auto detached = daemon->detach(); !detached) return fail(detached.error());
        log::set_console(log::Console::quiet);
    }
    (*loop)->run();
    engine.log_totals();
    if (std::uint64_t dropped = logs.dropped())
        log::say(Level::warning, fmt::format("{} log lines could not be delivered", dropped));
    return ok;
}

int run(const config::CommandLine& line) {
    if (!line.folder.empty() && ::chdir(line.folder.c_str()) < 0)
        return fail(system_error("cannot enter the folder " + line.folder, errno));
    config::Loaded loaded = config::load(line.files, {line.maxconn, line.pidfile});
    report(loaded.mistakes);
    if (!loaded.config) return failed;
    if (line.mode == config::CommandLine::Mode::check)
        return line.quiet ? ok : print("Configuration file is valid\n");
    if (line.mode == config::CommandLine::Mode::dump_config) return print(config::dump(*loaded.config));

    LogSinkPool logs(line.host_name.empty() ? local_host_name() : line.host_name);
    control::Provision provision = control::provide(loaded.config, logs);
    for (const Error& error : provision.errors) fail(error);
    if (!provision.errors.empty()) return failed;
    control::AdminSockets admin_sockets = control::bind_admin_sockets(*loaded.config);
    for (const Error& error : admin_sockets.errors) fail(error);
    if (!admin_sockets.errors.empty()) return failed;
    control::PageSockets page_sockets = control::bind_page_sockets(*loaded.config);
    for (const Error& error : page_sockets.errors) fail(error);
    if (!page_sockets.errors.empty()) return failed;
    return serve(line, std::move(provision), logs, std::move(admin_sockets), std::move(page_sockets));
}

}  // namespace

int main(int argc, char** argv) {
    using Mode = config::CommandLine::Mode;
    if (auto opened = os::open_missing_stdio(); !opened) return failed;
    os::ignore_broken_pipes();
    std::vector<std::string_view> words(argv + 1, argv + argc);
    auto line = config::parse_command_line(words);
    if (!line) return fail(line.error());
    if (line->mode == Mode::help) return print(config::usage_text());
    if (line->mode == Mode::version) return print(config::version_text());
    if (line->mode == Mode::build) return print(config::build_text());
    log::set_console(line->console());
    return run(*line);
}
