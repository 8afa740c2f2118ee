#include "spliced/control/sandbox.hpp"

#include <elf.h>
#include <fmt/format.h>
#include <link.h>
#include <malloc.h>

#include <algorithm>
#include <filesystem>

#include "spliced/base/log.hpp"
#include "spliced/os/seccomp.hpp"

namespace spliced::control {
namespace {

using Paths = std::vector<std::string>;

// Where a reload looks hosts, users and the time zone up, and where libraries lie. /proc tells of other
// processes nothing that Landlock does not refuse by itself. /run/systemd: host and user names (nss-resolve,
// nss-systemd), and the journal.
constexpr const char* system_folders[] = {"/etc",         "/usr",     "/lib",  "/lib32",
                                          "/lib64",       "/libx32",  "/proc", "/sys/devices/system/cpu",
                                          "/run/systemd", "/run/nscd"};

// Often links to places that differ from system to system.
constexpr const char* system_files[] = {"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf",
                                        "/etc/passwd",      "/etc/group", "/etc/localtime"};

// Older releases of c-ares take from there what makes their questions hard to guess, for each name server
// that a reload comes with.
constexpr const char* randomness = "/dev/urandom";

// The unit's RuntimeDirectory: a reload may come with a first unix socket.
constexpr const char* runtime_folder = "/run/spliced";

/// "." for a bare name. A link is followed: the file may be replaced in its own folder.
std::string folder_of(const std::string& file) {
    std::string folder = std::filesystem::path(file).parent_path().string();
    return folder.empty() ? "." : folder;
}

std::string target_of(const std::string& path) {
    std::error_code ignored;
    auto target = std::filesystem::canonical(path, ignored);
    return ignored ? path : target.string();
}

/// The folder of a file that may be a link, and the folder of what it leads to.
void add_folders(Paths& paths, const std::string& file) {
    if (file.empty()) return;
    paths.push_back(folder_of(file));
    paths.push_back(folder_of(target_of(file)));
}

/// The dynamic loader: the kernel executes it in place of every program that names it. Empty for a static
/// program.
std::string loader() {
    std::string path;
    ::dl_iterate_phdr(
        [](dl_phdr_info* object, std::size_t, void* found) {
            // The first object is the program.
            for (int i = 0; i < object->dlpi_phnum; ++i)
                if (object->dlpi_phdr[i].p_type == PT_INTERP)
                    *static_cast<std::string*>(found) =
                        reinterpret_cast<const char*>(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr);
            return 1;
        },
        &path);
    return path;
}

Paths readable(const config::Config& config, const Paths& files) {
    Paths paths(std::begin(system_folders), std::end(system_folders));
    paths.emplace_back(randomness);
    for (const char* file : system_files) add_folders(paths, file);
    for (const std::string& file : files) {
        std::error_code ignored;
        if (std::filesystem::is_directory(file, ignored)) paths.push_back(file);
        add_folders(paths, file);
    }
    for (const auto& frontend : config.frontends) add_folders(paths, frontend.sorry_path);
    for (const auto& backend : config.backends) add_folders(paths, backend.sorry_path);
    auto add_patterns = [&](const auto& proxies) {
        for (const auto& proxy : proxies)
            for (const std::string& file : proxy.rules.pattern_files) add_folders(paths, file);
    };
    add_patterns(config.frontends);
    add_patterns(config.backends);
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    return paths;
}

Paths folders_of_sockets(const config::Config& config) {
    Paths paths{runtime_folder};
    for (const auto& socket : config.global.stats_sockets)
        if (std::string path = socket.address.path(); !path.empty()) paths.push_back(folder_of(path));
    for (const auto& bind : config.page.binds)
        if (std::string path = bind.address.path(); !path.empty()) paths.push_back(folder_of(path));
    for (const auto& frontend : config.frontends)
        for (const auto& bind : frontend.binds)
            if (std::string path = bind.address.path(); !path.empty()) paths.push_back(folder_of(path));
    return paths;
}

/// Whoever rotates logs renames them, and the next one is made under the old name.
Paths folders_of_logs(const config::Config& config) {
    Paths paths;
    auto add = [&](const std::vector<LogTarget>& logs) {
        for (const LogTarget& log : logs)
            if (log.kind == LogTarget::Kind::file) paths.push_back(folder_of(log.path));
    };
    add(config.global.logs);
    for (const auto& frontend : config.frontends) add(frontend.logs);
    for (const auto& backend : config.backends) add(backend.logs);
    return paths;
}

// A package manager puts another file in place of the program and of the loader, so their folders count.
Paths executable() {
    return {folder_of(target_of("/proc/self/exe")), folder_of(target_of(loader()))};
}

void report(const char* keyword, os::Confinement outcome) {
    if (outcome == os::Confinement::absent)
        log::say(Level::notice, fmt::format("{}: this {} does not support it", keyword,
                                            os::can_be_confined() ? "system" : "build"));
    if (outcome == os::Confinement::full)
        log::say(Level::notice, fmt::format("{}: no further layer fits; the inherited ones hold", keyword));
}

Error explain(const Error& error, const char* keyword) {
    return {fmt::format("{} ('{} = no' in [global] does without)", error.message, keyword), error.code};
}

}  // namespace

os::FileRights rights_of(const config::Config& config, const std::vector<std::string>& files) {
    os::FileRights rights;
    rights.read = readable(config, files);
    rights.write = {"/dev/null"};
    if (!config.global.pidfile.empty()) rights.write.push_back(config.global.pidfile);
    rights.create = folders_of_logs(config);
    rights.execute = executable();
    rights.bind = folders_of_sockets(config);
    return rights;
}

Result<void> enter_sandbox(const config::Config& config, const std::vector<std::string>& files) {
    // Landlock first: the filter need not allow what only builds the rules.
    if (config.global.landlock) {
        auto entered = os::enter_landlock(rights_of(config, files));
        if (!entered) return explain(entered.error(), "landlock");
        report("landlock", *entered);
    }
    if (config.global.seccomp) {
        auto entered = os::enter_seccomp_filter();
        if (!entered) return explain(entered.error(), "seccomp");
        report("seccomp", *entered);
        ::malloc_trim(0);  // what building the filter took, 200 KiB, goes back to the system
    }
    return {};
}

}  // namespace spliced::control
