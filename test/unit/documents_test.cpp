// The manual page and the sample files name every keyword of the tables, and say the same of it.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "catch.hpp"
#include "fake_environment.hpp"
#include "spliced/base/text.hpp"
#include "spliced/config/keywords.hpp"
#include "spliced/config/load.hpp"
#include "spliced/config/parameters.hpp"

using namespace spliced::config;

namespace {

/// A file of the source folder, which is found from the name of this one.
std::string path_of(const std::string& name) {
    return (std::filesystem::path(__FILE__).parent_path() / "../.." / name).string();
}

std::string content_of(const std::string& name) {
    std::ifstream file(path_of(name), std::ios::binary);
    INFO(name);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (auto line : spliced::split_at(text, '\n')) lines.emplace_back(line);
    return lines;
}

/// What stands behind each ".It HEAD" of the manual page, up to the next.
std::vector<std::string> items_of(const std::string& page, const std::string& head) {
    std::vector<std::string> items;
    auto start = ".It " + head;
    for (auto at = page.find("\n" + start); at != std::string::npos; at = page.find("\n" + start, at + 1)) {
        char next = page[at + 1 + start.size()];
        if (next != ' ' && next != '\n') continue;
        auto end = std::min(page.find("\n.It ", at + 1), page.find("\n.Sh ", at + 1));
        items.push_back(page.substr(at, end - at));
    }
    return items;
}

bool any_holds(const std::vector<std::string>& items, const std::string& text) {
    for (const auto& item : items)
        if (item.find(text) != std::string::npos) return true;
    return false;
}

/// Every parameter of a table stands in the manual page with its default, and in the sample file as a word.
template <typename Table>
void check_parameters(const Table& table) {
    auto page = content_of("man/spliced.ini.5");
    auto sample = content_of("etc/spliced.ini");
    std::replace(sample.begin(), sample.end(), '\n', ' ');
    for (const auto& row : table) {
        INFO("parameter " << row.name);
        CHECK(any_holds(items_of(page, fmt::format("Cm {}", row.name)),
                        fmt::format("\nDefault: {}.", row.preset)));
        CHECK(sample.find(fmt::format(" {} ", row.name)) != std::string::npos);
    }
}

/// The name without "NAME", as a key of the sample file would begin.
bool sample_has(const std::vector<std::string>& lines, const Keyword& keyword) {
    for (const auto& line : lines) {
        auto key = spliced::trim(std::string_view(line).substr(0, line.find('=')));
        if (key.starts_with(';')) key.remove_prefix(1);
        if (takes_name(keyword)) key = key.substr(0, key.find(' '));
        if (line.find('=') != std::string::npos && key == keyword.name) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("the manual page has every keyword with its default and whether a reload can change it") {
    auto page = content_of("man/spliced.ini.5");
    for (const auto& keyword : keywords()) {
        INFO("keyword " << keyword.name);
        auto items = items_of(page, fmt::format("Ic {}", keyword.name));
        CHECK(any_holds(items, fmt::format("\nDefault: {}.\nReloadable: {}.", keyword.preset,
                                           keyword.reloadable ? "yes" : "no")));
    }
}

TEST_CASE("the manual page has no keyword that does not exist") {
    auto page = content_of("man/spliced.ini.5");
    unsigned found = 0;
    for (auto line : spliced::split_at(page, '\n')) {
        if (!line.starts_with(".It Ic ")) continue;
        // Behind the name stands "=", or ".Ar NAME No =" where the key carries a name.
        auto head = line.substr(7, line.find_first_of("=A") - 8);
        INFO(head);
        CHECK(find_keyword(head, ~0U) != nullptr);
        ++found;
    }
    CHECK(found == keywords().size());
}

TEST_CASE("the sample file has every keyword") {
    auto lines = lines_of(content_of("etc/spliced.ini"));
    for (const auto& keyword : keywords()) {
        INFO("keyword " << keyword.name);
        CHECK(sample_has(lines, keyword));
    }
}

TEST_CASE("the manual page and the sample file have every parameter") {
    check_parameters(bind_parameters());
    check_parameters(server_parameters());
    check_parameters(log_parameters());
}

TEST_CASE("the sample files load without a warning") {
    for (auto name : {"etc/spliced.ini", "etc/minimal.ini"}) {
        INFO(name);
        auto loaded = load({path_of(name)});
        CHECK(mistakes_of(loaded).empty());
        CHECK(loaded.config);
    }
}

TEST_CASE("what the sample file shows in comments would load as well") {
    std::string text;
    for (std::string_view line : lines_of(content_of("etc/spliced.ini"))) {
        if (line.size() > 1 && line[0] == ';' && line[1] != ' ') line.remove_prefix(1);
        text.append(line).append("\n");
    }
    auto loaded = load_fake(text, {{"503.http", "x"}});
    CHECK(mistakes_of(loaded).empty());
}

TEST_CASE("the sorry page is a whole HTTP answer of the length it says") {
    auto page = content_of("etc/errors/503.http");
    auto end = page.find("\r\n\r\n");
    REQUIRE(end != std::string::npos);
    auto head = page.substr(0, end + 2);
    CHECK(head.starts_with("HTTP/1.0 503 "));
    CHECK(std::count(head.begin(), head.end(), '\n') == std::count(head.begin(), head.end(), '\r'));
    CHECK(head.find(fmt::format("\r\nContent-Length: {}\r\n", page.size() - end - 4)) != std::string::npos);
    CHECK(page.size() <= 16384);
}
