// Any bytes as a line of the statistics socket: all commands run against an engine without sockets. Nothing
// may crash or hang, every answer ends as HAProxy's do, and what is taken apart is put together again.
//
// The engine lives on from input to input, as in a process; `reload` finds no file, so it changes nothing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "spliced/base/log.hpp"
#include "spliced/config/load_text.hpp"
#include "spliced/control/admin.hpp"
#include "spliced/control/command_table.hpp"
#include "spliced/control/command_words.hpp"
#include "spliced/event/loop.hpp"

namespace {

using namespace spliced;

void require(bool condition) {
    if (!condition) std::abort();
}

std::shared_ptr<const config::Config> small_site() {
    return config::load_text({{"fuzz.ini",
                               "[global]\nstats socket = /x\n[frontend fe]\nbind = :1\ndefault_backend = be\n"
                               "[backend be]\nserver s1 = 127.0.0.1:1 check\nserver s2 = 127.0.0.1:2 backup\n"
                               "[listen lsn]\nbind = :2\nserver s1 = 127.0.0.1:3 disabled\n"}},
                             config::Environment::of_this_machine())
        .config;
}

proxy::ProxySinks no_sinks(const config::Config& config) {
    return {std::vector<LogSinks>(config.frontends.size()), std::vector<LogSinks>(config.backends.size())};
}

proxy::BoundSockets no_sockets(const config::Config& config) {
    proxy::BoundSockets sockets;
    sockets.by_frontend.resize(config.frontends.size());
    return sockets;
}

struct Site {
    std::shared_ptr<const config::Config> config = small_site();  // its binds are never opened
    std::unique_ptr<spliced::event::Loop> loop = std::move(*spliced::event::Loop::create());
    proxy::Engine engine{config, *loop, proxy::Capacity{100, 0, 0, false}, no_sinks(*config),
                         no_sockets(*config)};
    LogSinkPool logs;
    control::ServiceManager manager{*loop, engine, os::Notifier(""), std::nullopt};
    control::Reload reload{*loop, engine, manager, logs, {{"/nonexistent/fuzz.ini"}, {}}};
    control::Admin admin{*loop, engine, logs, reload, control::UsageMeter(loop->now())};
};

std::string escaped_word(const std::string& word) {
    std::string escaped;
    for (char letter : word) escaped.append("\\").append(1, letter);
    return escaped;
}

/// Words that are written with a backslash in front of every letter are the same words.
void check_words(const std::vector<std::string>& words) {
    std::string line;
    for (const auto& word : words) line += escaped_word(word) + " ";
    std::vector<std::string> expected;
    for (const auto& word : words)
        if (!word.empty()) expected.push_back(word);
    require(control::command_words(line) == expected);
    require(control::split_commands(line).size() == 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Site site;
    log::set_console(log::Console::quiet);
    control::Caller caller;
    caller.level = size > 0 && data[0] % 4 == 0 ? config::AdminLevel::oper : config::AdminLevel::admin;
    std::string line(reinterpret_cast<const char*>(data), size);
    for (auto command : control::split_commands(line)) {
        auto words = control::command_words(command);
        check_words(words);
        auto answer = control::run_command(site.admin, caller, words);
        if (caller.leaving) return 0;
        auto text = control::rendered(answer, caller);
        require(text.ends_with(caller.interactive ? "\n> " : "\n"));
    }
    return 0;
}
