#include "spliced/os/program_helper.hpp"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string_view>

#include "spliced/os/descriptor_passing.hpp"

namespace spliced::os {
namespace {

/// A program that runs, and the pipe of whoever waits for its end.
struct Child {
    pid_t pid;
    UniqueFd pipe;
};

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

/// In the child: the program, in a group of its own.
[[noreturn]] void become(const ProgramRun& run) {
    constexpr int could_not_start = 255;
    ::setpgid(0, 0);
    for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    auto words = pointers_to(run.words);
    auto environment = pointers_to(run.environment);
    ::execve(words[0], words.data(), environment.data());
    ::_exit(could_not_start);
}

class Helper {
  public:
    explicit Helper(int socket) : socket_(socket) {}

    [[noreturn]] void serve();

  private:
    void take_request();
    void start(const ProgramRun& run, UniqueFd pipe);
    void reap();
    void kill_abandoned();
    bool wait();
    [[noreturn]] void end();

    int socket_;
    std::vector<Child> children_;
};

/// Wakes poll(2) when a child has ended.
void on_child(int) {}

void Helper::serve() {
    struct sigaction action {};
    action.sa_handler = on_child;
    ::sigaction(SIGCHLD, &action, nullptr);
    sigset_t child;
    ::sigemptyset(&child);
    ::sigaddset(&child, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &child, nullptr);
    for (;;) {
        reap();
        if (wait()) take_request();
        kill_abandoned();
    }
}

/// True where a request, or the end of requests, is there. SIGCHLD comes through only while it waits.
bool Helper::wait() {
    std::vector<pollfd> watched{{socket_, POLLIN, 0}};
    for (const Child& child : children_) watched.push_back({child.pipe.get(), 0, 0});
    sigset_t none;
    ::sigemptyset(&none);
    if (::ppoll(watched.data(), watched.size(), nullptr, &none) < 0) return false;
    return watched[0].revents != 0;
}

// A request whose pipe did not fit into our table is dropped: the pipe closes, which says that nothing was
// learnt.
void Helper::take_request() {
    auto message = receive_message(socket_, longest_program_message);
    if (!message) return;
    if (message->text.empty()) end();
    if (message->descriptors.empty()) return;
    start(run_of(message->text), std::move(message->descriptors.front()));
}

void Helper::start(const ProgramRun& run, UniqueFd pipe) {
    if (run.words.empty()) return;
    pid_t pid = ::fork();
    if (pid < 0) return;  // the pipe closes, which says that nothing was learnt
    if (pid == 0) become(run);
    ::setpgid(pid, pid);
    children_.push_back({pid, std::move(pipe)});
}

void Helper::reap() {
    int status = 0;
    for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
        auto child =
            std::find_if(children_.begin(), children_.end(), [&](const Child& c) { return c.pid == pid; });
        if (child == children_.end()) continue;
        ProgramEnd outcome;
        if (WIFSIGNALED(status))
            outcome.signal = WTERMSIG(status);
        else
            outcome.exit_code = WEXITSTATUS(status);
        ssize_t ignored = ::write(child->pipe.get(), &outcome, sizeof outcome);
        static_cast<void>(ignored);  // nobody may be waiting any more
        children_.erase(child);
    }
}

/// A pipe whose reader is gone tells of an error (poll(2), POLLERR).
void Helper::kill_abandoned() {
    std::erase_if(children_, [](const Child& child) {
        pollfd watched{child.pipe.get(), 0, 0};
        bool is_abandoned = ::poll(&watched, 1, 0) > 0 && (watched.revents & POLLERR) != 0;
        if (is_abandoned) ::kill(-child.pid, SIGKILL);
        return is_abandoned;
    });
}

void Helper::end() {
    for (const Child& child : children_) ::kill(-child.pid, SIGKILL);
    ::_exit(0);
}

}  // namespace

void serve_program_requests(int socket) {
    Helper(socket).serve();
}

std::string message_of(const ProgramRun& run) {
    std::string text;
    for (const std::string& word : run.words) text.append(word).push_back('\0');
    text.push_back('\0');
    for (const std::string& variable : run.environment) text.append(variable).push_back('\0');
    return text;
}

ProgramRun run_of(std::string_view message) {
    ProgramRun run;
    std::vector<std::string>* list = &run.words;
    while (!message.empty()) {
        auto end = message.find('\0');
        if (end == std::string_view::npos) return {};
        if (end == 0 && list == &run.words)
            list = &run.environment;
        else
            list->emplace_back(message.substr(0, end));
        message.remove_prefix(end + 1);
    }
    return run;
}

}  // namespace spliced::os
