// What somebody could do who has broken into the running process, for LD_PRELOAD: at the first accept4(2) it
// makes the attempts that the variable INTRUDER_ATTEMPTS lists (a line each: "WORD [ARGUMENT]") and writes
// what came of each ("WORD [ARGUMENT]: ok", or the error's name) to the file that INTRUDER_REPORT names. The
// file is opened at the start, before a sandbox could refuse that.
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <netdb.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>

namespace {

int report = -1;

[[gnu::constructor]] void open_report() {
    const char* path = std::getenv("INTRUDER_REPORT");
    if (path) report = ::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
}

/// 0, or the error of a call that returned `outcome`.
int error_of(long outcome) {
    return outcome < 0 ? errno : 0;
}

int close_again(int fd) {
    if (fd < 0) return errno;
    ::close(fd);
    return 0;
}

sockaddr_un unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    return address;
}

// What a reload does for a `bind` to a path, and its removal.
int bind_socket(const std::string& path) {
    sockaddr_un address = unix_address(path);
    int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) return errno;
    if (::listen(fd, 8) < 0 || ::chmod(path.c_str(), 0600) < 0) return errno;
    if (::unlink(path.c_str()) < 0) return errno;
    return close_again(fd);
}

// What replacing the program by its successor does.
int execute(const std::string& path) {
    pid_t child = ::fork();
    if (child < 0) return errno;
    if (child == 0) {
        ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
        char* words[] = {const_cast<char*>(path.c_str()), const_cast<char*>("-v"), nullptr};
        char* environment[] = {nullptr};
        ::execve(path.c_str(), words, environment);
        ::_exit(errno);
    }
    int status = 0;
    if (::waitpid(child, &status, 0) < 0) return errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

int clone_into_namespace() {
    long child = ::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
    if (child == 0) ::_exit(0);
    return error_of(child);
}

int open_file(const std::string& word, const std::string& path) {
    int flags = word == "read"     ? O_RDONLY
                : word == "write"  ? O_WRONLY
                : word == "create" ? O_WRONLY | O_CREAT
                                   : O_RDONLY | O_DIRECTORY;
    return close_again(::open(path.c_str(), flags | O_CLOEXEC, 0600));
}

int look_up(const std::string& host) {
    addrinfo* found = nullptr;
    int outcome = ::getaddrinfo(host.c_str(), nullptr, nullptr, &found);
    if (outcome == 0) ::freeaddrinfo(found);
    return outcome == EAI_SYSTEM ? errno : outcome == 0 ? 0 : ENOENT;
}

int attempt_call(const std::string& word) {
    iovec nothing{nullptr, 0};
    char letter = 'x';
    if (word == "ptrace") return error_of(::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr));
    if (word == "process_vm_readv")
        return error_of(::process_vm_readv(::getppid(), &nothing, 1, &nothing, 1, 0));
    if (word == "mount") return error_of(::mount("none", "/mnt", "tmpfs", 0, nullptr));
    if (word == "unshare") return error_of(::unshare(CLONE_NEWUSER));
    if (word == "clone") return clone_into_namespace();
    if (word == "clone3") return error_of(::syscall(SYS_clone3, nullptr, 0));
    if (word == "chroot") return error_of(::chroot("/"));
    if (word == "bpf") return error_of(::syscall(SYS_bpf, 0, nullptr, 0));
    if (word == "keyctl") return error_of(::syscall(SYS_keyctl, 0, 0));
    if (word == "io_uring_setup") return error_of(::syscall(SYS_io_uring_setup, 1, nullptr));
    if (word == "memfd_create") return close_again(static_cast<int>(::syscall(SYS_memfd_create, "x", 0)));
    if (word == "packet_socket") return close_again(::socket(AF_PACKET, SOCK_RAW, 0));
    if (word == "type_into_terminal") return error_of(::ioctl(STDIN_FILENO, TIOCSTI, &letter));
    return ENOTSUP;
}

int attempt(const std::string& word, const std::string& argument) {
    errno = 0;
    if (word == "read" || word == "write" || word == "create" || word == "list")
        return open_file(word, argument);
    if (word == "remove") return error_of(::unlink(argument.c_str()));
    if (word == "mkdir") return error_of(::mkdir(argument.c_str(), 0700));
    if (word == "bind") return bind_socket(argument);
    if (word == "execute") return execute(argument);
    if (word == "look_up") return look_up(argument);
    if (word == "user") return ::getpwnam(argument.c_str()) ? 0 : ENOENT;
    return attempt_call(word);
}

void intrude() {
    const char* list = std::getenv("INTRUDER_ATTEMPTS");
    std::istringstream lines(list ? list : "");
    std::string text, line;
    while (std::getline(lines, line)) {
        auto blank = line.find(' ');
        std::string argument = blank == std::string::npos ? "" : line.substr(blank + 1);
        int error = attempt(line.substr(0, blank), argument);
        text += line + ": " + (error == 0 ? "ok" : ::strerrorname_np(error)) + "\n";
    }
    text += "done\n";
    [[maybe_unused]] ssize_t written = ::write(report, text.data(), text.size());
    ::close(report);
    report = -1;
}

}  // namespace

extern "C" int accept4(int listener, sockaddr* address, socklen_t* length, int flags) {
    using Accept = int (*)(int, sockaddr*, socklen_t*, int);
    static const auto real = reinterpret_cast<Accept>(::dlsym(RTLD_NEXT, "accept4"));
    if (report >= 0) intrude();
    return real(listener, address, length, flags);
}
