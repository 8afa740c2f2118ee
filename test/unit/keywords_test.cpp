// The table of keywords itself.
#include "spliced/config/keywords.hpp"

#include <set>

#include "catch.hpp"
#include "fake_environment.hpp"
#include "spliced/base/text.hpp"
#include "spliced/config/foreign.hpp"

using namespace spliced::config;

TEST_CASE("a keyword stands at most once in the table for each kind of section") {
    std::set<std::pair<std::string_view, unsigned>> seen;
    for (const auto& keyword : keywords()) {
        for (unsigned section = in_global; section <= in_backend; section *= 2) {
            if ((keyword.sections & section) == 0) continue;
            INFO(keyword.name);
            CHECK(seen.emplace(keyword.name, section).second);
            CHECK(find_keyword(keyword.name, section) == &keyword);
        }
    }
}

TEST_CASE("no keyword of the table is called foreign") {
    for (const auto& keyword : keywords()) {
        INFO(keyword.name);
        if (keyword.name != "errorfile 503") CHECK(foreign_keyword(keyword.name).empty());
    }
}

TEST_CASE("the defaults that the table shows are those of the configuration") {
    auto loaded = load_fake("[listen x]\nbind = :80\nserver s = 127.0.0.1:1\n");
    REQUIRE(loaded.config);
    auto text = dump(*loaded.config);
    unsigned compared = 0, section = in_global;
    for (auto line : spliced::split_at(text, '\n')) {
        if (line.starts_with('[')) section = line == "[global]" ? in_global : in_listen;
        auto sides = spliced::split_at(line, '=');
        if (sides.size() != 2 || sides[0] == "bind" || sides[0] == "server s") continue;
        INFO(line);
        const auto* keyword = find_keyword(sides[0], section);
        REQUIRE(keyword != nullptr);
        CHECK(keyword->preset == sides[1]);
        ++compared;
    }
    CHECK(compared > 15);
}

TEST_CASE("sections are named as an operator writes them") {
    CHECK(sections_text(in_global) == "[global]");
    CHECK(sections_text(in_frontend | in_listen) == "[frontend] or [listen]");
    CHECK(sections_text(in_defaults | in_listen | in_backend) == "[defaults], [listen] or [backend]");
}
