// Configurations from real files: folders, repeated files, files that cannot be read.
#include "spliced/config/load.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "catch.hpp"
#include "fake_environment.hpp"

using spliced::config::load;

namespace {

/// A folder that is gone when the test is over.
class Folder {
  public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "spliced-test-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string path() const { return path_; }
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ + "/" + name) << text;
        return path_ + "/" + name;
    }

  private:
    std::string path_;
};

const std::string sound = "[listen x]\nbind = 127.0.0.1:8080\nserver s = 127.0.0.1:9001\n";

}  // namespace

TEST_CASE("a folder stands for its *.ini files, sorted by name") {
    Folder folder;
    folder.write("20-proxy.ini", sound);
    folder.write("10-defaults.ini", "[defaults]\nretries = 7\n");
    folder.write("30-ignored.ini.bak", "nonsense");
    folder.write(".hidden.ini", "nonsense");
    auto loaded = load({folder.path()});
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.config);
    CHECK(loaded.config->backends.at(0).retries == 7);
}

TEST_CASE("a folder without ini files is an error") {
    Folder folder;
    auto loaded = load({folder.path()});
    CHECK_FALSE(loaded.config);
    CHECK(mistakes_of(loaded) == folder.path() + ": the folder holds no *.ini file\n");
}

TEST_CASE("a file that is not there is an error, and the others are read all the same") {
    Folder folder;
    auto bad = folder.write("bad.ini", "[listen x]\nbund = 1\n");
    auto loaded = load({folder.path() + "/none.ini", bad});
    CHECK_FALSE(loaded.config);
    CHECK(mistakes_of(loaded) == folder.path() + "/none.ini: cannot be read: No such file or directory\n" +
                                     bad + ":2: 'bund': unknown keyword; did you mean 'bind'?\n");
}

TEST_CASE("a file that is given twice is an error, by whichever name") {
    Folder folder;
    auto file = folder.write("a.ini", sound);
    auto link = folder.path() + "/b.ini";
    std::filesystem::create_symlink(file, link);
    for (const auto& again : {file, link}) {
        auto loaded = load({file, again});
        CHECK_FALSE(loaded.config);
        CHECK(mistakes_of(loaded) == again + ": the file was given before\n");
    }
}

TEST_CASE("a file without a section beside sound ones is worth a warning") {
    Folder folder;
    auto empty = folder.write("a.ini", "; nothing yet\n");
    auto loaded = load({empty, folder.write("b.ini", sound)});
    REQUIRE(loaded.config);
    CHECK(mistakes_of(loaded) == empty + ": the file holds no section\n");
}

TEST_CASE("an error file's path starts from the folder of the file that names it") {
    Folder folder;
    folder.write("sorry.http", "HTTP/1.0 503 Sorry\r\n\r\n");
    auto loaded = load({folder.write("a.ini", sound + "errorfile 503 = sorry.http\n")});
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.config);
    CHECK(*loaded.config->backends.at(0).sorry_page == "HTTP/1.0 503 Sorry\r\n\r\n");
    CHECK(loaded.config->backends.at(0).sorry_path == folder.path() + "/sorry.http");
}

TEST_CASE(
    "an error file that is not a regular file is refused, and a pipe without a writer is not waited for") {
    Folder folder;
    auto pipe = folder.path() + "/pipe";
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    auto with_page = [&](const std::string& page) {
        auto file = folder.write("a.ini", sound + "errorfile 503 = " + page + "\n");
        return std::pair(file, mistakes_of(load({file})));
    };
    auto [file, about_pipe] = with_page(pipe);
    CHECK(about_pipe == file + ":4: 'errorfile 503': cannot read '" + pipe + "': it is not a regular file\n");
    CHECK(with_page(folder.path()).second ==
          file + ":4: 'errorfile 503': cannot read '" + folder.path() + "': Is a directory\n");
    CHECK(mistakes_of(load({pipe})).starts_with(pipe + ": nothing to do: "));
    CHECK(mistakes_of(load({"/dev/zero"})) ==
          "/dev/zero: cannot be read: it is neither a regular file nor a pipe\n");
}

TEST_CASE("a configuration may come through a pipe") {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    REQUIRE(write(ends[1], sound.data(), sound.size()) == static_cast<ssize_t>(sound.size()));
    close(ends[1]);
    auto loaded = load({"/dev/fd/" + std::to_string(ends[0])});
    close(ends[0]);
    INFO(mistakes_of(loaded));
    CHECK(loaded.config);
}

TEST_CASE("an account is found by its name, or by its number") {
    Folder folder;
    auto with_user = [&](const std::string& user) {
        return load({folder.write("a.ini", "[global]\nuser = " + user + "\n" + sound)});
    };
    CHECK(with_user("root").config->global.user == 0U);
    CHECK(with_user("12345").config->global.user == 12345U);
    CHECK_FALSE(with_user("no-such-user-here").config);
}
