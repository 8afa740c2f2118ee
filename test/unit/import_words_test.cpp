// Quotes, variables and conditions of a haproxy.cfg. What is expected was asked of HAProxy 2.6.
#include "catch.hpp"
#include "spliced/import/cfg_words.hpp"
#include "spliced/import/condition.hpp"

using namespace spliced;
using namespace spliced::import;
using Strings = std::vector<std::string>;

namespace {

const Variables variables({{"X", "a b"}, {"EMPTY", ""}, {"PORT", "80"}});

std::string value_of(std::string_view name, std::string_view fallback) {
    return variables.find(name).value_or(std::string(fallback));
}

Strings words(std::string_view line) {
    auto found = split_cfg_line(line, value_of);
    INFO(line << (found ? "" : ": " + found.error().message));
    REQUIRE(found);
    return found->words;
}

std::string failure(std::string_view line) {
    auto found = split_cfg_line(line, value_of);
    return found ? "none" : found.error().message;
}

std::string outcome(std::string_view condition) {
    auto flat = split_cfg_line(condition, value_of);
    REQUIRE(flat);
    auto held = evaluate_condition(flat->flat, variables);
    return !held ? held.error().message : *held ? "yes" : "no";
}

}  // namespace

TEST_CASE("a line of HAProxy's is split at blanks, and a # anywhere outside quotes begins a comment",
          "[import]") {
    CHECK(words("  server  s1\t10.0.0.1:80 check # why") == Strings{"server", "s1", "10.0.0.1:80", "check"});
    CHECK(words("description a#b") == Strings{"description", "a"});
    CHECK(words("description a\\#b \"c#d\" 'e#f'") == Strings{"description", "a#b", "c#d", "e#f"});
}

TEST_CASE("quotes group, weak ones with variables, and escapes are bytes", "[import]") {
    CHECK(words("a \"b c\"d 'e \"f\"'") == Strings{"a", "b cd", "e \"f\""});
    CHECK(words("a\\ b \"\"") == Strings{"a b", ""});
    CHECK(words("\"$X\" \"${X}\" ${X} '$X'") == Strings{"a b", "a b", "${X}", "$X"});
    CHECK(words("\"${NONE-d e}:${PORT}\" \"$NONE\"") == Strings{"d e:80", ""});
    CHECK(words("\"${EMPTY-unused}\"") == Strings{""});
    CHECK(words("\"${X[*]}\"") == Strings{"a", "b"});
    CHECK(words("PING\\r\\n \\x41\\t \"\\$X\" \\$X \\q") == Strings{"PING\r\n", "A\t", "$X", "\\$X", "\\q"});
    CHECK(failure("a \"b") == "the closing double quote is missing");
    CHECK(failure("a 'b") == "the closing quote is missing");
    CHECK(failure("\"$\"") == "a variable's name is missing behind '$'");
    CHECK(failure("\"${X\"") == "the '}' behind a variable's name is missing");
    CHECK(failure("\\x4") == "'\\x' needs two hexadecimal digits behind it");
}

TEST_CASE("words are quoted so that HAProxy's reader finds the same ones again", "[import]") {
    for (const auto& line :
         {Strings{"a", "b c", "", "d\"e'f\\g"}, Strings{"PING\r\n", "\x01\x7f", "#x", "a #b"}}) {
        INFO(join_cfg_words(line));
        CHECK(words(join_cfg_words(line)) == line);
    }
    CHECK(join_cfg_words({"#a", "b ;c", "d;e"}) == "\\#a \"b \\;c\" d;e");
    CHECK(join_parameters({"agent-send", "hello there\n"}) == "agent-send \"hello\\x20there\\n\"");
    CHECK(join_cfg_words({"a", "PING\r\n", "b c"}) == "a PING\\r\\n \"b c\"");
}

TEST_CASE("conditions are those of HAProxy 2.6", "[import]") {
    for (auto condition :
         {"1", "7", "defined(X)", "feature(OPENSSL)", "streq(\"$X\",a\\ b)", "strneq(a,b)", "strstr(abc,b)",
          "version_atleast(2.4)", "version_atleast(2.6-dev3)", "version_before(2.8)", "!0", "0 || 1",
          "1 && !defined(NONE)", "(1 || 0) && version_atleast(2.6.12)", "  ( ! 0 )  ", "enabled(EPOLL)"}) {
        INFO(condition);
        CHECK(outcome(condition) == "yes");
    }
    for (auto condition : {"", "0", "\"$EMPTY\"", "defined(NONE)", "feature(QUIC)", "streq(a,b)",
                           "version_atleast(2.8)", "version_before(2.6.12)", "1 && 0", "!(1 || 0)"}) {
        INFO(condition);
        CHECK(outcome(condition) == "no");
    }
    CHECK(outcome("true") == "'true' is no condition");
    CHECK(outcome("defined(X) junk") == "'junk' is not expected there");
    CHECK(outcome("streq(a)") == "'streq(a)' has not the arguments that it needs");
    CHECK(outcome("nonsense(a)") == "unknown predicate 'nonsense'");
    CHECK(outcome("(1") == "a ')' is missing");
    CHECK(outcome("version_atleast(x)") == "'x' is not a version");
}
