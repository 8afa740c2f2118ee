// The table of commands: what a line finds in it, and HAProxy's help.
#include "spliced/control/command_table.hpp"

#include <set>

#include "catch.hpp"

using namespace spliced::control;
using Words = std::vector<std::string>;

namespace {

std::string usage_of(const Words& words) {
    const Command* command = find_command(words);
    return command ? std::string(command->usage) : "";
}

}  // namespace

TEST_CASE("the longest command whose words begin the line is the one") {
    CHECK(usage_of({"show", "servers", "state", "be"}) == "show servers state [<backend>]");
    CHECK(usage_of({"shutdown", "sessions", "server", "be/s"}) == "shutdown sessions server <bk>/<srv>");
    CHECK(usage_of({"show"}).empty());
    CHECK(usage_of({"show", "servers"}).empty());
    CHECK(usage_of({}).empty());
    CHECK(usage_of({"SHOW", "STAT"}).empty());
}

TEST_CASE("every command has words of its own, a usage that begins with them, and a help") {
    std::set<std::string> seen;
    for (const Command& command : commands()) {
        std::string words;
        for (std::size_t i = 0; i < command.word_count(); ++i)
            words += (i ? " " : "") + std::string(command.words[i]);
        INFO(words);
        CHECK(seen.insert(words).second);
        CHECK(command.run != nullptr);
        CHECK_FALSE(command.help.empty());
        CHECK(command.usage.substr(0, command.usage.find_first_of(" [<")) == command.words[0]);
    }
    CHECK(seen.size() > 40);
}

TEST_CASE("help lists all commands in HAProxy's form, those of the dialogue last") {
    auto text = help_text({});
    CHECK(text.starts_with("The following commands are valid at this level:\n  clear counters [all]"));
    CHECK(text.find(
              "\n  show stat [desc|json|no-maint|typed|up]*: report counters for each proxy and server\n") !=
          std::string::npos);
    CHECK(
        text.ends_with("\n  help [<command>]                        : list matching or all commands\n"
                       "  prompt                                  : toggle interactive mode with prompt\n"
                       "  quit                                    : disconnect\n"));
}

TEST_CASE("help for some words lists the commands that begin so") {
    Words words{"set", "maxconn"};
    auto text = help_text(words);
    CHECK(text.find("set maxconn frontend") != std::string::npos);
    CHECK(text.find("set server") == std::string::npos);
}

TEST_CASE("an unknown command is answered with the nearest ones") {
    Words words{"sho", "stat"};
    auto text = unknown_command_text(words);
    CHECK(
        text.starts_with("Unknown command, but maybe one of the following ones is a better match:\n  show "));
    CHECK(text.find("  show stat ") != std::string::npos);
    CHECK(unknown_command_text({}).starts_with(
        "Unknown command. Please enter one of the following commands only:\n"));
}

TEST_CASE("an answer ends with an empty line, or with the prompt") {
    Caller caller;
    CHECK(rendered(Answer::done(), caller) == "\n");
    CHECK(rendered(Answer::error("No.\n"), caller) == "No.\n\n");
    caller.interactive = true;
    CHECK(rendered(Answer::info("1\n"), caller) == "1\n\n> ");
    CHECK(rendered(Answer::done(), caller) == "\n> ");
}

TEST_CASE("the severity stands in front of messages and not of dumps") {
    Caller caller;
    caller.severity = SeverityOutput::number;
    CHECK(rendered(Answer::error("No.\n"), caller) == "[3]: No.\n\n");
    CHECK(rendered(Answer::dump("a,b\n"), caller) == "a,b\n\n");
    CHECK(rendered(Answer::done(), caller) == "\n");
    caller.severity = SeverityOutput::string;
    CHECK(rendered(Answer::warning("Hm.\n"), caller) == "[warning]: Hm.\n\n");
}
