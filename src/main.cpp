// Arguments, wiring, exit code; nothing else.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spliced/base/log.hpp"
#include "spliced/config/command_line.hpp"
#include "spliced/config/load.hpp"
#include "spliced/config/needs.hpp"
#include "spliced/config/version.hpp"
#include "spliced/control/sandbox.hpp"
#include "spliced/control/service.hpp"
#include "spliced/import/import.hpp"
#include "spliced/os/daemon.hpp"
#include "spliced/os/pidfile.hpp"
#include "spliced/os/privileges.hpp"
#include "spliced/os/program_runner.hpp"
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

// The INI to stdout, what became of each line to stderr.
int import_configuration(const config::CommandLine& line) {
    if (!line.folder.empty() && ::chdir(line.folder.c_str()) < 0)
        return fail(system_error("cannot enter the folder " + line.folder, errno));
    auto imported = import::import_files(line.imported);
    if (!line.quiet || line.verbose) std::fputs(imported.report.c_str(), stderr);
    int printed = print(imported.ini);
    return imported.complete ? printed : failed;
}

void report(const std::vector<config::Mistake>& mistakes) {
    for (const config::Mistake& mistake : mistakes) {
        bool warning = mistake.severity == config::Mistake::Severity::warning;
        log::say(warning ? Level::warning : Level::alert, mistake.text());
    }
}

// Socket activation (what cannot be used of it costs no start), and what another process hands over.
Result<os::InheritedSockets> inherit_sockets(const config::CommandLine& line, control::Takeover& takeover) {
    std::vector<Error> errors;
    os::InheritedSockets inherited = os::take_activation_sockets(errors);
    for (const Error& error : errors) log::say(Level::warning, error.message);
    takeover.receive(inherited);
    if (line.sockets_from.empty()) return inherited;
    auto received = control::Takeover::receive_from(line.sockets_from, inherited);
    return received ? Result<os::InheritedSockets>(std::move(inherited)) : received.error();
}

// What no 'bind' is for must not look as if somebody listened.
void close_left(os::InheritedSockets& inherited) {
    for (const std::string& address : inherited.left())
        log::say(Level::warning,
                 fmt::format("no 'bind' is for the inherited socket of {}: it is closed", address));
    inherited = os::InheritedSockets();
}

// What must happen while the process is still root and sees the whole file system.
Result<std::optional<os::PidFile>> settle_process(const config::Config& config) {
    const config::Global& global = config.global;
    auto identity = os::complete({global.user, global.group, global.user_name, global.group_name});
    if (!identity) return identity.error();
    std::optional<os::PidFile> pid_file;
    if (!global.pidfile.empty()) {
        auto opened = os::PidFile::open(global.pidfile, identity->user);
        if (!opened) return opened.error();
        pid_file = std::move(*opened);
    }
    if (!global.chroot.empty())
        if (auto entered = os::enter_chroot(global.chroot); !entered) return entered.error();
    os::Kept kept = config::needs_foreign_addresses(config) ? os::Kept::net_admin : os::Kept::nothing;
    if (auto dropped = os::drop_privileges(*identity, kept); !dropped) return dropped.error();
    return pid_file;
}

// The process serves: whoever waits for that is told.
Result<void> announce(std::optional<os::PidFile>& pid_file, std::optional<os::Daemon>& daemon,
                      const control::Takeover& takeover) {
    if (pid_file)
        if (auto written = pid_file->write(::getpid()); !written) return written;
    takeover.complete();
    if (!daemon) return {};
    if (auto detached = daemon->detach(); !detached) return detached;
    log::set_console(log::Console::quiet);
    return {};
}

int serve(const config::CommandLine& line, os::Program program, control::Provision provision,
          LogSinkPool& logs, const control::Takeover& takeover) {
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
    os::Notifier notifier = os::Notifier::from_environment();  // before a chroot hides its path
    auto pid_file = settle_process(*config);
    if (!pid_file) return fail(pid_file.error());

    std::optional<os::ProgramRunner> programs;  // forked before the process locks itself in
    if (config->global.external_check && config->global.insecure_fork_wanted) {
        auto started = os::ProgramRunner::start();
        if (!started) return fail(started.error());
        programs = std::move(*started);
    }

    auto loop = spliced::event::Loop::create();  // libevent has a struct of the same name
    if (!loop) return fail(loop.error());
    control::Service service(**loop, std::move(provision), logs,
                             {line, std::move(program), std::move(notifier)});
    if (programs) service.set_programs(*programs);
    if (auto started = service.start(); !started) return fail(started.error());
    if (auto entered = control::enter_sandbox(*config, line.files); !entered) return fail(entered.error());
    if (auto announced = announce(*pid_file, daemon, takeover); !announced) return fail(announced.error());
    service.manager().ready();
    (*loop)->run();
    service.engine().log_totals();
    if (std::uint64_t dropped = logs.dropped())
        log::say(Level::warning, fmt::format("{} log lines could not be delivered", dropped));
    return ok;
}

int run(const config::CommandLine& line, os::Program program) {
    if (!line.folder.empty() && ::chdir(line.folder.c_str()) < 0)
        return fail(system_error("cannot enter the folder " + line.folder, errno));
    config::Loaded loaded = config::load(line.files, {line.maxconn, line.pidfile});
    report(loaded.mistakes);
    if (!loaded.config) return failed;
    if (line.mode == config::CommandLine::Mode::check)
        return line.quiet ? ok : print("Configuration file is valid\n");
    if (line.mode == config::CommandLine::Mode::dump_config) return print(config::dump(*loaded.config));

    control::Takeover takeover(line.replaced, line.replaces_hard);
    auto inherited = inherit_sockets(line, takeover);
    if (!inherited) return fail(inherited.error());
    if (line.names_master_socket)
        log::say(Level::warning,
                 "-S opens nothing: there is no master process, and the process that serves "
                 "listens on 'stats socket' of [global]");
    LogSinkPool logs(line.host_name.empty() ? local_host_name() : line.host_name);
    control::Provision provision = control::provide(loaded.config, logs, *inherited);
    close_left(*inherited);
    for (const Error& error : provision.errors) fail(error);
    if (!provision.errors.empty()) return failed;
    return serve(line, std::move(program), std::move(provision), logs, takeover);
}

}  // namespace

int main(int argc, char** argv) {
    using Mode = config::CommandLine::Mode;
    if (auto opened = os::open_missing_stdio(); !opened) return failed;
    os::Program program = os::this_program(argc, argv);
    os::ignore_broken_pipes();
    std::vector<std::string_view> words(argv + 1, argv + argc);
    auto line = config::parse_command_line(words);
    if (!line) return fail(line.error());
    if (line->mode == Mode::help) return print(config::usage_text());
    if (line->mode == Mode::version) return print(config::version_text());
    if (line->mode == Mode::build) return print(config::build_text());
    log::set_console(line->console());
    if (line->mode == Mode::import) return import_configuration(*line);
    return run(*line, std::move(program));
}
