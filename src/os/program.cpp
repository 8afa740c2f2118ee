#include "spliced/os/program.hpp"

#include <fmt/format.h>
#include <limits.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace spliced::os {
namespace {

std::string link_target(const char* path) {
    std::array<char, PATH_MAX> target{};
    ssize_t length = ::readlink(path, target.data(), target.size());
    return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : std::string();
}

std::string current_folder() {
    std::array<char, PATH_MAX> folder{};
    return ::getcwd(folder.data(), folder.size()) ? std::string(folder.data()) : std::string("/");
}

}  // namespace

// The name that the process was started by is kept where it says a place: /proc/self/exe names the file that
// was replaced, as "... (deleted)".
Program this_program(int argc, char** argv) {
    Program program;
    program.folder = current_folder();
    std::string name = argc > 0 ? argv[0] : "";
    if (name.starts_with('/'))
        program.path = name;
    else if (name.find('/') != std::string::npos)
        program.path = program.folder + "/" + name;
    else
        program.path = link_target("/proc/self/exe");
    for (int i = 1; i < argc; ++i) program.arguments.emplace_back(argv[i]);
    return program;
}

Result<pid_t> start(const Program& program, const std::vector<std::string>& arguments) {
    std::vector<char*> words{const_cast<char*>(program.path.c_str())};
    for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addchdir_np(&actions, program.folder.c_str());
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t all;
    sigset_t none;
    ::sigfillset(&all);
    ::sigemptyset(&none);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    pid_t child = -1;
    int error = ::posix_spawn(&child, program.path.c_str(), &actions, &attributes, words.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) return system_error("cannot start " + program.path, error);
    return child;
}

std::optional<std::string> ended(pid_t child, bool& ok) {
    int status = 0;
    if (::waitpid(child, &status, WNOHANG) != child) return std::nullopt;
    ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (WIFSIGNALED(status)) return fmt::format("signal {}", WTERMSIG(status));
    return fmt::format("exit code {}", WEXITSTATUS(status));
}

}  // namespace spliced::os
