// Words, and the nearest known one.
#include "spliced/base/text.hpp"

#include <array>

#include "catch.hpp"

using namespace std::string_view_literals;
using spliced::edit_distance;
using spliced::nearest;
using Words = std::vector<std::string_view>;

TEST_CASE("words are what stands between blanks") {
    CHECK(spliced::split_words("a  bc\td ") == Words{"a", "bc", "d"});
    CHECK(spliced::split_words(" \t").empty());
    CHECK(spliced::split_words("").empty());
    CHECK(spliced::trim("\t a b ") == "a b");
}

TEST_CASE("a list has one part more than separators") {
    CHECK(spliced::split_at("a, b ,c", ',') == Words{"a", "b", "c"});
    CHECK(spliced::split_at("a,,b,", ',') == Words{"a", "", "b", ""});
    CHECK(spliced::split_at("", ',') == Words{""});
}

TEST_CASE("a swap, a replacement, an insertion and a deletion are one step each") {
    CHECK(edit_distance("bind", "bind") == 0);
    CHECK(edit_distance("bnid", "bind") == 1);
    CHECK(edit_distance("bend", "bind") == 1);
    CHECK(edit_distance("bid", "bind") == 1);
    CHECK(edit_distance("binds", "bind") == 1);
    CHECK(edit_distance("", "bind") == 4);
    CHECK(edit_distance("bind", "") == 4);
    CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("the nearest word is named, and none where all are far") {
    constexpr std::array known{"timeout connect"sv, "timeout client"sv, "bind"sv, "balance"sv};
    CHECK(nearest("timout conect", known) == "timeout connect");
    CHECK(nearest("timeout clinet", known) == "timeout client");
    CHECK(nearest("Bind", known) == "bind");
    CHECK(nearest("xyz", known).empty());
    CHECK(nearest("", known).empty());
}
