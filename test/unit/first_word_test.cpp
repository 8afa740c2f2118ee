// What a listener learns about who speaks first.
#include "spliced/proxy/first_word.hpp"

#include "catch.hpp"

using spliced::proxy::FirstWord;

TEST_CASE("the first word is awaited once several clients in a row have spoken in time") {
    FirstWord first_word;
    CHECK_FALSE(first_word.is_awaited());
    for (int i = 0; i < 3; ++i) first_word.learn(true);
    CHECK_FALSE(first_word.is_awaited());
    first_word.learn(true);
    CHECK(first_word.is_awaited());
}

TEST_CASE("one client that keeps silent is enough for the next ones not to be waited for") {
    FirstWord first_word;
    for (int i = 0; i < 100; ++i) first_word.learn(true);
    first_word.learn(false);
    CHECK_FALSE(first_word.is_awaited());
    for (int i = 0; i < 3; ++i) first_word.learn(true);
    CHECK_FALSE(first_word.is_awaited());
}
