// What a reload says that it changes.
#include <string>
#include <vector>

#include "catch.hpp"
#include "fake_environment.hpp"
#include "spliced/config/difference.hpp"
#include "spliced/config/load_text.hpp"

using namespace spliced::config;

namespace {

std::vector<std::string> differences_of(const std::string& before, const std::string& after) {
    auto environment = fake_environment();
    auto old = load_text({{"a.ini", before}}, environment);
    auto young = load_text({{"a.ini", after}}, environment);
    REQUIRE(old.config);
    REQUIRE(young.config);
    std::vector<std::string> lines;
    for (const Difference& difference : differences(*old.config, *young.config))
        lines.push_back(difference.text() + (difference.reloadable ? "" : " (restart)"));
    return lines;
}

using Lines = std::vector<std::string>;

const std::string web = "[listen web]\nbind = 127.0.0.1:80\nserver a = 127.0.0.1:1\n";

}  // namespace

TEST_CASE("the same configuration differs in nothing, nor does a default that is written out") {
    CHECK(differences_of(web, web).empty());
    CHECK(differences_of(web, "; a comment\n" + web + "timeout client = 50s\n").empty());
}

TEST_CASE("servers are told by name") {
    CHECK(differences_of(web, web + "server b = 127.0.0.1:2 check\n") ==
          Lines{"[listen web] server b added: 127.0.0.1:2 check"});
    CHECK(differences_of(web + "server b = 127.0.0.1:2\n", web) ==
          Lines{"[listen web] server b removed: 127.0.0.1:2"});
    CHECK(differences_of(web + "server b = 127.0.0.1:2\n", web + "server b = 127.0.0.1:3\n") ==
          Lines{"[listen web] server b changed: 127.0.0.1:2 -> 127.0.0.1:3"});
}

TEST_CASE("lines that may repeat are added and removed, never changed") {
    CHECK(differences_of(web + "bind = 127.0.0.1:81\n", web + "bind = 127.0.0.1:82\n") ==
          Lines{"[listen web] bind added: 127.0.0.1:82", "[listen web] bind removed: 127.0.0.1:81"});
}

TEST_CASE("whole sections come and go") {
    CHECK(differences_of(web, web + "[backend spare]\nserver c = 127.0.0.1:3\n") ==
          Lines{"[backend spare] added"});
    CHECK(differences_of(web + "[backend spare]\nserver c = 127.0.0.1:3\n", web) ==
          Lines{"[backend spare] removed"});
}

TEST_CASE("what needs another start is marked") {
    CHECK(differences_of(web, "[global]\nchroot = /x\nmaxconn = 9\n" + web) ==
          Lines{"[global] chroot added: /x (restart)", "[global] maxconn added: 9"});
}
