// splicectl: asks a running spliced, or tells it what to do, through its statistics socket.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/release.hpp"
#include "spliced/ctl/arguments.hpp"
#include "spliced/ctl/talk.hpp"
#include "spliced/ctl/top.hpp"
#include "spliced/os/stdio.hpp"

namespace {

using namespace spliced;
using Mode = ctl::Arguments::Mode;

constexpr int done = 0;
constexpr int refused = 1;
constexpr int wrong_usage = 2;
constexpr int no_answer = 3;

int complain(const Error& error, int code) {
    fmt::print(stderr, "splicectl: {}\n", error.message);
    return code;
}

int print(const std::string& text, int code = done) {
    std::fputs(text.c_str(), stdout);
    return std::fflush(stdout) == 0 ? code : no_answer;
}

int run(const ctl::Arguments& arguments) {
    auto socket = ctl::address_of_socket(arguments.socket);
    if (!socket) return complain(socket.error(), wrong_usage);
    if (arguments.mode == Mode::top) {
        auto ended = ctl::run_top(*socket, arguments);
        return ended ? done : complain(ended.error(), no_answer);
    }
    if (arguments.mode == Mode::list) {
        auto text = ctl::snapshot(*socket, arguments.patience);
        return text ? print(*text) : complain(text.error(), no_answer);
    }
    auto reply = ctl::ask(*socket, arguments.command, arguments.patience);
    if (!reply) return complain(reply.error(), no_answer);
    if (!reply->refused) return print(reply->text);
    std::fputs(reply->text.c_str(), stderr);
    return refused;
}

}  // namespace

int main(int argc, char** argv) {
    os::ignore_broken_pipes();
    std::vector<std::string_view> words(argv + 1, argv + argc);
    const char* socket = std::getenv("SPLICED_SOCKET");
    auto arguments = ctl::parse_arguments(words, socket ? socket : "");
    if (!arguments) return complain(arguments.error(), wrong_usage);
    if (arguments->mode == Mode::help) return print(ctl::usage_text());
    if (arguments->mode == Mode::version) return print(fmt::format("splicectl {}\n", version_number()));
    return run(*arguments);
}
