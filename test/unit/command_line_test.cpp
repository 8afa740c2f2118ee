// The command line: HAProxy's flags, and what is said about those that are not there.
#include "spliced/config/command_line.hpp"

#include <vector>

#include "catch.hpp"
#include "spliced/config/version.hpp"
#include "spliced/control/upgrade.hpp"

using namespace spliced;
using config::CommandLine;
using Mode = CommandLine::Mode;
using Words = std::vector<std::string_view>;
using Files = std::vector<std::string>;

namespace {

Result<CommandLine> parse(const Words& words) {
    return config::parse_command_line(words);
}

CommandLine parsed(const Words& words) {
    auto line = parse(words);
    INFO((line ? "" : line.error().message));
    REQUIRE(line);
    return *line;
}

std::string mistake(const Words& words) {
    auto line = parse(words);
    return line ? "no mistake" : line.error().message;
}

}  // namespace

TEST_CASE("no words at all run the default file in the foreground") {
    CommandLine line = parsed({});
    CHECK(line.mode == Mode::run);
    CHECK(line.files == Files{"/etc/spliced/spliced.ini"});
    CHECK_FALSE(line.goes_to_background(false));
    CHECK(line.goes_to_background(true));
    CHECK(line.console() == log::Console::usual);
    CHECK_FALSE(line.maxconn);
    CHECK_FALSE(line.pidfile);
    CHECK(line.folder.empty());
    CHECK(line.host_name.empty());
}

TEST_CASE("files add up in order, and all words behind -- are files") {
    CHECK(parsed({"-f", "a.ini"}).files == Files{"a.ini"});
    CHECK(parsed({"-f", "a.ini", "-c", "-f", "conf.d"}).files == Files{"a.ini", "conf.d"});
    CHECK(parsed({"-f", "a.ini", "--", "b.ini", "-c"}).files == Files{"a.ini", "b.ini", "-c"});
    CHECK(parsed({"-f", "a.ini", "--", "b.ini", "-c"}).mode == Mode::run);
    CHECK(parsed({"-c", "--"}).files == Files{"/etc/spliced/spliced.ini"});
}

TEST_CASE("flags with a value take the next word, whatever it looks like") {
    CommandLine line =
        parsed({"-n", "4000", "-p", "/run/x.pid", "-C", "/srv", "-L", "web", "-f", "-odd.ini"});
    CHECK(line.maxconn == 4000U);
    CHECK(line.pidfile == "/run/x.pid");
    CHECK(line.folder == "/srv");
    CHECK(line.host_name == "web");
    CHECK(line.files == Files{"-odd.ini"});
    for (std::string_view flag : {"-f", "-n", "-p", "-C", "-L"}) {
        CHECK(mistake({flag}).find(" behind it") != std::string::npos);
        CHECK(mistake({flag}).starts_with(flag));
    }
    CHECK(mistake({"-p", ""}) == "-p needs PIDFILE behind it");
}

TEST_CASE("the connection limit is a whole number from 1") {
    CHECK(parsed({"-n", "1"}).maxconn == 1U);
    CHECK(parsed({"-n", "2147483647"}).maxconn == 2147483647U);
    for (std::string_view wrong : {"0", "-1", "abc", "1k", "2147483648", "99999999999999999999", " 1"}) {
        INFO(wrong);
        CHECK(mistake({"-n", wrong}).starts_with("-n: "));
    }
}

TEST_CASE("-db and -d keep the process in the foreground") {
    CHECK(parsed({"-D"}).goes_to_background(false));
    CHECK_FALSE(parsed({"-D", "-db"}).goes_to_background(true));
    CHECK_FALSE(parsed({"-d", "-D"}).goes_to_background(true));
    CHECK_FALSE(parsed({"-db"}).goes_to_background(true));
}

TEST_CASE("-Ws stays in the foreground, and -W changes nothing since there is one process") {
    CHECK_FALSE(parsed({"-Ws", "-D"}).goes_to_background(true));
    CHECK_FALSE(parsed({"-W"}).goes_to_background(false));
    CHECK(parsed({"-W", "-D"}).goes_to_background(false));
}

TEST_CASE("-V undoes -q in any order, and -d shows sessions") {
    CHECK(parsed({"-q"}).console() == log::Console::quiet);
    CHECK(parsed({"-q", "-V"}).console() == log::Console::usual);
    CHECK(parsed({"-V", "-q"}).console() == log::Console::usual);
    CHECK(parsed({"-V"}).console() == log::Console::usual);
    CHECK(parsed({"-q", "-d"}).console() == log::Console::debug);
}

TEST_CASE("the modes are told apart") {
    CHECK(parsed({"-c"}).mode == Mode::check);
    CHECK(parsed({"--dump-config"}).mode == Mode::dump_config);
    CHECK(parsed({"--dump-config", "-c"}).mode == Mode::dump_config);
    CHECK(parsed({"-v"}).mode == Mode::version);
    CHECK(parsed({"--version"}).mode == Mode::version);
    CHECK(parsed({"-vv"}).mode == Mode::build);
    CHECK(parsed({"--help"}).mode == Mode::help);
    CHECK(parsed({"-c", "-h"}).mode == Mode::help);
}

TEST_CASE("what follows -v or --help is not looked at") {
    CHECK(parsed({"-v", "--bogus"}).mode == Mode::version);
    CHECK(parsed({"--help", "-W"}).mode == Mode::help);
}

TEST_CASE("flags that only HAProxy has are refused by name") {
    CHECK(mistake({"-dS"}) == "-dS is a flag of HAProxy, not of spliced");
}

TEST_CASE("-sf and -st take process numbers, none among them") {
    CHECK(parsed({"-sf"}).replaced.empty());
    CHECK(parsed({"-sf", "12", "34", "-D"}).replaced == std::vector<pid_t>{12, 34});
    CHECK(parsed({"-sf", "12", "34", "-D"}).daemon);
    CHECK_FALSE(parsed({"-sf", "12"}).replaces_hard);
    CHECK(parsed({"-st", "12"}).replaces_hard);
    CHECK(mistake({"-sf", "twelve"}).starts_with("-sf: "));
    CHECK(mistake({"-sf", "0"}).starts_with("-sf: "));
    CHECK(parsed({"-x", "/run/admin.sock"}).sockets_from == "/run/admin.sock");
    CHECK(mistake({"-x"}) == "-x needs SOCKET behind it");
}

TEST_CASE("a successor gets the arguments of its predecessor, less what that one replaced") {
    using spliced::control::arguments_of_successor;
    CHECK(arguments_of_successor({"-f", "a.ini", "-D"}, 7) == Files{"-f", "a.ini", "-D", "-sf", "7"});
    CHECK(arguments_of_successor({"-f", "a.ini", "-sf", "5", "6", "-D"}, 7) ==
          Files{"-f", "a.ini", "-D", "-sf", "7"});
    CHECK(arguments_of_successor({"-x", "/run/s", "-st", "5", "--", "a.ini", "-x"}, 7) ==
          Files{"-sf", "7", "--", "a.ini", "-x"});
    CHECK(arguments_of_successor({}, 7) == Files{"-sf", "7"});
}

TEST_CASE("an unknown flag names the nearest one and --help") {
    CHECK(mistake({"--hepl"}) == "unknown flag --hepl; did you mean --help? (--help lists the flags)");
    CHECK(mistake({"--dump"}) == "unknown flag --dump; did you mean --dump-config? (--help lists the flags)");
    CHECK(mistake({"-dump-config"}).find("did you mean --dump-config?") != std::string::npos);
    CHECK(mistake({"-Q"}).find("did you mean -q?") != std::string::npos);
    CHECK(mistake({"-zz"}) == "unknown flag -zz (--help lists the flags)");
    CHECK(mistake({"spliced.ini"}) == "'spliced.ini' is not a flag; configuration files follow -f or --");
    CHECK(mistake({""}) == "'' is not a flag; configuration files follow -f or --");
}

TEST_CASE("the help lists every flag with its value, and the default file") {
    std::string text = config::usage_text();
    for (std::string_view entry : {"\n  -f FILE|DIR ", "\n  -c ", "\n  --dump-config ", "\n  -D ", "\n  -db ",
                                   "\n  -d ", "\n  -q ", "\n  -V ", "\n  -n MAXCONN ", "\n  -p PIDFILE ",
                                   "\n  -C DIR ", "\n  -L NAME ", "\n  -v ", "\n  -vv ", "\n  --help "}) {
        INFO(entry);
        CHECK(text.find(entry) != std::string::npos);
    }
    CHECK(text.find(config::default_file) != std::string::npos);
    CHECK(text.back() == '\n');
}

TEST_CASE("the version is one line, and the build names its libraries") {
    CHECK(config::version_text().starts_with("spliced version "));
    CHECK(config::version_text().find('\n') == config::version_text().size() - 1);
    std::string build = config::build_text();
    CHECK(build.starts_with(config::version_text()));
    for (std::string_view part : {"libevent 2.", "fmt ", "inih ", "splice", "epoll", "Compiler: "}) {
        INFO(part);
        CHECK(build.find(part) != std::string::npos);
    }
}

TEST_CASE("--import names configurations of HAProxy's, and wins over -c") {
    CommandLine line = parsed({"--import", "a.cfg", "-q", "-c", "--import", "conf.d"});
    CHECK(line.mode == Mode::import);
    CHECK(line.imported == Files{"a.cfg", "conf.d"});
    CHECK(line.quiet);
    CHECK(mistake({"--import"}) == "--import needs FILE|DIR behind it");
}
