#include "spliced/ctl/top.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <optional>
#include <string_view>

#include "spliced/ctl/server_table.hpp"
#include "spliced/ctl/talk.hpp"

namespace spliced::ctl {
namespace {

/// Keys come one by one, without Enter, as long as it lives.
class KeyboardMode {
  public:
    KeyboardMode() {
        termios now{};
        if (::isatty(STDIN_FILENO) == 0 || ::tcgetattr(STDIN_FILENO, &now) < 0) return;
        before_ = now;
        now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
        ::tcsetattr(STDIN_FILENO, TCSANOW, &now);
    }
    ~KeyboardMode() {
        if (before_) ::tcsetattr(STDIN_FILENO, TCSANOW, &*before_);
    }
    KeyboardMode(const KeyboardMode&) = delete;
    KeyboardMode& operator=(const KeyboardMode&) = delete;

    /// True where the user wants to leave. Any other key ends the wait.
    bool wait(milliseconds span) const {
        pollfd keys{before_ ? STDIN_FILENO : -1, POLLIN, 0};
        if (::poll(&keys, 1, static_cast<int>(span.count())) <= 0) return false;
        char key = 0;
        return ::read(STDIN_FILENO, &key, 1) <= 0 || key == 'q' || key == 'Q';
    }

  private:
    std::optional<termios> before_;
};

/// "KEY: value" of `show info`.
std::string figure(std::string_view info, std::string_view key) {
    auto at = info.find(fmt::format("\n{}: ", key));
    if (at == std::string_view::npos) return "?";
    auto rest = info.substr(at + key.size() + 3);
    return std::string(rest.substr(0, rest.find('\n')));
}

std::string summary(std::string_view info) {
    return fmt::format("{} {}  up {}  connections {}/{}  {}/s  idle {}%\n", figure(info, "Name"),
                       figure(info, "Version"), figure(info, "Uptime"), figure(info, "CurrConns"),
                       figure(info, "Maxconn"), figure(info, "ConnRate"), figure(info, "Idle_pct"));
}

/// As many lines as the terminal has, less one for the cursor; all of them elsewhere.
std::string_view fitting(std::string_view text) {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row < 2) return text;
    std::size_t end = 0;
    for (unsigned line = 1; line < size.ws_row && end < text.size(); ++line) end = text.find('\n', end) + 1;
    return text.substr(0, end);
}

}  // namespace

Result<std::string> snapshot(const os::Address& socket, milliseconds patience) {
    auto info = ask(socket, "show info", patience);
    if (!info) return info.error();
    auto stat = ask(socket, "show stat", patience);
    if (!stat) return stat.error();
    if (info->refused || stat->refused) return Error{"the statistics are refused: " + stat->text};
    return summary("\n" + info->text) + "\n" + server_table(parse_csv(stat->text));
}

Result<void> run_top(const os::Address& socket, const Arguments& arguments) {
    KeyboardMode keyboard;
    bool on_terminal = ::isatty(STDOUT_FILENO) != 0;
    for (unsigned round = 1;; ++round) {
        auto text = snapshot(socket, arguments.patience);
        if (!text) return text.error();
        fmt::print("{}{}", on_terminal ? "\033[H\033[2J" : "", fitting(*text));
        std::fflush(stdout);
        if (round == arguments.rounds || keyboard.wait(arguments.interval)) return {};
    }
}

}  // namespace spliced::ctl
