// How a line of the statistics socket is taken apart.
#include "spliced/control/command_words.hpp"

#include "catch.hpp"

using namespace spliced::control;
using Words = std::vector<std::string>;

TEST_CASE("a semicolon parts commands unless a backslash stands before it") {
    CHECK(split_commands("show info;show stat").size() == 2);
    CHECK(split_commands("show info")[0] == "show info");
    CHECK(split_commands("a\\;b;c")[0] == "a\\;b");
    CHECK(split_commands("").size() == 1);
    CHECK(split_commands(";").size() == 2);
    CHECK(split_commands("a\\").size() == 1);
}

TEST_CASE("words stand between blanks, and a backslash keeps a blank in a word") {
    CHECK(command_words("  show\t info ") == Words{"show", "info"});
    CHECK(command_words("show env A\\ B") == Words{"show", "env", "A B"});
    CHECK(command_words("a\\\\b \\;") == Words{"a\\b", ";"});
    CHECK(command_words("a\\") == Words{"a"});
    CHECK(command_words("").empty());
}
