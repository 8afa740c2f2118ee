// The versions that no header tells, ours and inih's, come from the Makefile; tools that read a source
// without it (the linter, the fuzz targets) get by without.
#include "spliced/config/version.hpp"

#include <event2/event.h>
#include <fmt/format.h>
#include <sys/utsname.h>

#ifndef SPLICED_VERSION
#define SPLICED_VERSION "(not recorded)"
#endif
#ifndef SPLICED_INIH_VERSION
#define SPLICED_INIH_VERSION "(version not recorded)"
#endif

namespace spliced::config {

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
    text += fmt::format("Libraries: libevent {} (built with {}), fmt {}.{}.{}, inih {}\n",
                        event_get_version(), LIBEVENT_VERSION, FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                        FMT_VERSION % 100, SPLICED_INIH_VERSION);
    text += "Features: splice, epoll\n";
    return text;
}

}  // namespace spliced::config
