// What a configuration asks of the file system.
#include "spliced/control/sandbox.hpp"

#include <algorithm>

#include "catch.hpp"
#include "fake_environment.hpp"

using namespace spliced;

namespace {

bool has(const std::vector<std::string>& paths, const std::string& wanted) {
    return std::find(paths.begin(), paths.end(), wanted) != paths.end();
}

os::FileRights rights_for(const std::string& global) {
    auto loaded = load_fake("[global]\n" + global +
                                "[listen a]\nbind = /srv/a/front.sock\nserver s = /srv/b/server.sock\n"
                                "errorfile 503 = /srv/pages/503.http\n",
                            {{"503.http", "x"}});
    REQUIRE(loaded.config);
    return control::rights_of(*loaded.config, {"/srv/conf/spliced.ini", "bare.ini"});
}

}  // namespace

TEST_CASE("what a reload reads may be read: the folders of its files and of their pages") {
    auto rights = rights_for("");
    for (const char* folder : {"/srv/conf", ".", "/srv/pages", "/etc", "/usr"}) {
        INFO(folder);
        CHECK(has(rights.read, folder));
    }
    for (const char* folder : {"/", "/root", "/home", "/var", "/srv", "/srv/b"}) {
        INFO(folder);
        CHECK_FALSE(has(rights.read, folder));
    }
}

TEST_CASE("sockets may come and go in the folders of those that are configured") {
    auto rights = rights_for("");
    CHECK(rights.bind == std::vector<std::string>{"/run/spliced", "/srv/a"});
}

TEST_CASE(
    "no file may be written but the pid file, and no program executed but of the program's own folder") {
    CHECK(rights_for("").write == std::vector<std::string>{"/dev/null"});
    CHECK(rights_for("pidfile = /run/spliced.pid\n").write ==
          std::vector<std::string>{"/dev/null", "/run/spliced.pid"});
    auto rights = rights_for("");
    CHECK(rights.execute.size() == 2);
    for (const char* folder : {"/", "/bin", "/usr/bin", "/usr"}) CHECK_FALSE(has(rights.execute, folder));
}
