// The versions that no header tells, ours and inih's, come from the Makefile; tools that read a source
// without it (the linter, the fuzz targets) get by without.
#include "spliced/config/version.hpp"

#include <ares.h>
#include <event2/event.h>
#include <fmt/format.h>
#include <sys/utsname.h>

#include "spliced/os/landlock.hpp"
#include "spliced/os/seccomp.hpp"

#ifndef SPLICED_VERSION
#define SPLICED_VERSION "(not recorded)"
#endif
#ifndef SPLICED_INIH_VERSION
#define SPLICED_INIH_VERSION "(version not recorded)"
#endif

namespace spliced::config {

namespace {

std::string sandbox_text() {
    if (!os::can_be_confined()) return "none, since this is a build with sanitizers";
    int version = os::landlock_version();
    return fmt::format("seccomp (libseccomp {}), {}", os::seccomp_library_version(),
                       version > 0 ? fmt::format("landlock (version {} in this kernel)", version)
                                   : "no landlock in this kernel");
}

}  // namespace

std::string version_text() {
    return "spliced version " SPLICED_VERSION ", a layer-4 TCP splice proxy\n";
}

std::string build_text() {
    utsname system{};
    ::uname(&system);
    std::string text = version_text();
    text += fmt::format("Running on: {} {} {}\n", system.sysname, system.release, system.machine);
#if defined(__clang__)
    text += "Compiler: clang " __clang_version__ "\n";
#else
    text += "Compiler: g++ " __VERSION__ "\n";
#endif
    text += fmt::format("Libraries: libevent {} (built with {}), fmt {}.{}.{}, inih {}, c-ares {}\n",
                        event_get_version(), LIBEVENT_VERSION, FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                        FMT_VERSION % 100, SPLICED_INIH_VERSION, ares_version(nullptr));
    text += "Features: splice, epoll\n";
    text += fmt::format("Sandbox: {}\n", sandbox_text());
    return text;
}

}  // namespace spliced::config
