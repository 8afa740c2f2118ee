// The reader of INI files: what it accepts, what it refuses, and that it cuts nothing.
#include "spliced/config/ini.hpp"

#include "catch.hpp"

using spliced::config::IniSection;
using spliced::config::Mistakes;

namespace {

struct Outcome {
    std::vector<IniSection> sections;
    std::string mistakes;
};

Outcome read(std::string_view text) {
    Mistakes mistakes;
    mistakes.begin_file("f");
    Outcome outcome;
    outcome.sections = spliced::config::read_ini("f", text, mistakes);
    for (const auto& mistake : mistakes.sorted()) outcome.mistakes += mistake.text() + "\n";
    return outcome;
}

/// The value of the only key of the only section.
std::string value_of(std::string_view text) {
    auto outcome = read(text);
    INFO(outcome.mistakes);
    REQUIRE(outcome.mistakes.empty());
    REQUIRE(outcome.sections.size() == 1);
    REQUIRE(outcome.sections[0].entries.size() == 1);
    return outcome.sections[0].entries[0].value;
}

}  // namespace

TEST_CASE("sections, keys and values come with their lines") {
    auto [sections, mistakes] =
        read("; comment\n[global]\n\nmaxconn = 10\n# another\n[listen  a:b]\nserver w:1=x y\n[empty]\n");
    CHECK(mistakes.empty());
    REQUIRE(sections.size() == 3);
    CHECK(sections[0].name == "global");
    CHECK(sections[0].line == 2);
    CHECK(sections[0].entries.at(0).key == "maxconn");
    CHECK(sections[0].entries.at(0).value == "10");
    CHECK(sections[0].entries.at(0).line == 4);
    CHECK(sections[1].name == "listen  a:b");
    CHECK(sections[1].entries.at(0).key == "server w:1");
    CHECK(sections[1].entries.at(0).value == "x y");
    CHECK(sections[2].line == 8);
    CHECK(sections[2].entries.empty());
}

TEST_CASE("two sections of one name stay two") {
    auto sections = read("[defaults]\na = 1\n[defaults]\na = 2\n").sections;
    REQUIRE(sections.size() == 2);
    CHECK(sections[1].entries.at(0).value == "2");
}

TEST_CASE("a byte order mark, CRLF and a missing last line end are accepted") {
    auto [sections, mistakes] = read("\xef\xbb\xbf[global]\r\nmaxconn = 10\r\n\r\nlog = a\r\n  b");
    CHECK(mistakes.empty());
    REQUIRE(sections.size() == 1);
    CHECK(sections[0].entries.at(0).value == "10");
    CHECK(sections[0].entries.at(1).value == "a b");
}

TEST_CASE("an indented line continues the value above it, across blank lines and comments") {
    CHECK(value_of("[s]\nk = a ; first\n\tb ; second\n\n; between\n  ; indented comment\n   c\n") == "a b c");
}

TEST_CASE("a comment after a value begins with a blank and a semicolon") {
    CHECK(value_of("[s]\nk = a;b;c ;d\n") == "a;b;c");
    CHECK(value_of("[s] ; the section\nk = a\t; comment # with both\n") == "a");
    CHECK(value_of("[s]\nk = a#b\n") == "a#b");
}

TEST_CASE("a number sign after a value is an error that says what to write") {
    CHECK(read("[s]\nk = a # comment\n").mistakes ==
          "f:2: a comment after a value begins with ' ;', not with ' #'\n");
}

TEST_CASE("values of every length around inih's limits arrive whole") {
    for (std::size_t length = 150; length < 620; ++length) {
        std::string value = "x";
        while (value.size() <= length) value += "; #=:]["[(value.size() - 1) % 7];
        value += 'x';
        // Blank and comment sign side by side would begin a comment.
        for (std::size_t i = 1; i < value.size(); ++i)
            if (value[i - 1] == ' ' && (value[i] == ';' || value[i] == '#')) value[i] = '-';
        INFO("length " << length);
        REQUIRE(value_of("[s]\nkey of some length = " + value + "\n") == value);
    }
}

TEST_CASE("a line, a value and a name have limits, and what is longer is refused and not cut") {
    using spliced::config::max_line;
    using spliced::config::max_name;
    using spliced::config::max_value;
    CHECK(value_of("[s]\nk = " + std::string(max_value, 'x')).size() == max_value);
    CHECK(read("[s]\nk = " + std::string(max_value + 1, 'x')).mistakes ==
          "f:2: 'k': the value is longer than 8000 bytes\n");
    CHECK(read("[s]\nk = a\n " + std::string(max_value, 'x') + "\n y\n").mistakes ==
          "f:3: with this line the value is longer than 8000 bytes\n");
    CHECK(read("[s]\n;" + std::string(max_line, 'x')).mistakes.empty());
    CHECK(read("[s]\nk = " + std::string(max_line, 'x')).mistakes ==
          "f:2: the line is longer than 8191 bytes; an indented line can continue it\n");
    CHECK(read("[s]\n" + std::string(max_name, 'x') + " = 1").sections[0].entries.at(0).key.size() ==
          max_name);
    CHECK(read("[s]\n" + std::string(max_name + 1, 'x') + " = 1").mistakes ==
          "f:2: the text before '=' is longer than 49 bytes\n");
    CHECK(read("[" + std::string(max_name, 'x') + "]").sections.at(0).name.size() == max_name);
    CHECK(read("[" + std::string(max_name + 1, 'x') + "]").mistakes ==
          "f:1: the section's name is longer than 49 bytes\n");
}

TEST_CASE("a long key may be continued") {
    auto key = std::string(spliced::config::max_name, 'k');
    CHECK(value_of("[s]\n" + key + " = a\n b\n") == "a b");
}

TEST_CASE("NUL bytes and control characters are refused where they stand") {
    using namespace std::string_literals;
    CHECK(read("[s]\nk = a\0b\n"s).mistakes == "f:2: the line holds a NUL byte\n");
    CHECK(read("[s]\nk = a\x1f\n").mistakes == "f:2: the line holds a control character (0x1f)\n");
    CHECK(read("[s]\nk = a\rb\n").mistakes == "f:2: the line holds a control character (0x0d)\n");
    CHECK(value_of("[s]\nk = \xc3\xa4\n") == "\xc3\xa4");
}

TEST_CASE("lines that make no sense are refused, each with its number") {
    CHECK(read("k = 1\nl = 2\n[s]\n").mistakes ==
          "f:1: a keyword before the first section: begin with [global], [defaults] or [listen NAME]\n");
    CHECK(read("[s]\nbind :80\n").mistakes == "f:2: 'bind :80': the '=' is missing: write 'bind = :80'\n");
    CHECK(read("[s]\nnonsense\n").mistakes ==
          "f:2: 'nonsense': a line is KEYWORD = VALUE, and the '=' is missing\n");
    CHECK(read("[s]\n= 1\n").mistakes == "f:2: the keyword before '=' is missing\n");
    CHECK(read("[s]\nk =\n").mistakes == "f:2: 'k': the value is missing\n");
    CHECK(read("[s]\nk = ; c\n").mistakes == "f:2: 'k': the value is missing\n");
    CHECK(read("[s]\nk =;c\n").mistakes == "f:2: 'k': the value is missing\n");
    CHECK(read("[s\nk = 1\n").mistakes == "f:1: the ']' at the end of the section's name is missing\n");
    CHECK(read("[s] k = 1\n").mistakes ==
          "f:1: ' k = 1' after the section's name: keywords stand on lines of their own\n");
    CHECK(read("[s]\n  k\n").mistakes ==
          "f:2: an indented line continues the value above it, but there is none\n");
    CHECK(read("  k\n").mistakes ==
          "f:1: an indented line continues the value above it, but there is none\n");
    CHECK(read("[s]\na = 1\n  b = 2\n").mistakes ==
          "f:3: an indented line continues the value above it and may not hold '='; a keyword begins in the "
          "first column\n");
    CHECK(read("[s]\ndescription = a\n  b=c\n").mistakes.find("may not hold '='") != std::string::npos);
}

TEST_CASE("what continues a refused line is not glued to the line before it") {
    auto [sections, mistakes] = read("[s]\na = 1\nb \x01 = 2\n  3\n");
    REQUIRE(sections.at(0).entries.size() == 1);
    CHECK(sections[0].entries[0].value == "1");
    CHECK(mistakes == "f:3: the line holds a control character (0x01)\n");
}

TEST_CASE("an empty file has no section") {
    CHECK(read("").sections.empty());
    CHECK(read("\n\n; nothing\n").sections.empty());
    CHECK(read("\xef\xbb\xbf").mistakes.empty());
}
