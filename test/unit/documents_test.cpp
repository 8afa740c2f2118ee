// The manual page and the sample files name every keyword of the tables, and say the same of it.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "catch.hpp"
#include "fake_environment.hpp"
#include "spliced/base/text.hpp"
#include "spliced/config/command_line.hpp"
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

/// The part of the manual page between two texts.
std::string between(const std::string& page, const std::string& begin, const std::string& end) {
    auto from = page.find(begin);
    INFO(begin);
    REQUIRE(from != std::string::npos);
    auto to = page.find(end, from);
    REQUIRE(to != std::string::npos);
    return page.substr(from, to - from);
}

/// Where the parameters of a keyword are listed: in the item of the keyword, or in a section of the page.
std::string parameter_list(const std::string& page, const std::string& place) {
    return between(page.substr(page.find(place)), "\n.Bl ", "\n.El\n");
}

/// The words at the places of parameters: behind the address on the lines of this keyword. Those that are
/// commented out count.
std::set<std::string> words_on_lines_of(const std::vector<std::string>& keys) {
    std::set<std::string> words;
    for (const auto& line : lines_of(content_of("etc/spliced.ini"))) {
        auto text = std::string_view(line);
        if (text.starts_with(';')) text.remove_prefix(1);
        auto equals = text.find('=');
        if (equals == std::string_view::npos || text.starts_with(' ')) continue;
        auto key = spliced::split_words(text.substr(0, equals));
        if (key.empty() || key.size() > 2 || std::find(keys.begin(), keys.end(), key[0]) == keys.end())
            continue;
        auto value = text.substr(equals + 1);
        for (auto word : spliced::split_words(value.substr(0, value.find(" ;")))) words.emplace(word);
    }
    return words;
}

/// Every parameter of the table stands in its list of the manual page with its default, and on a line of the
/// sample file; and the list holds nothing else.
template <typename Table>
void check_parameters(const Table& table, const std::string& place, const std::vector<std::string>& keys) {
    auto list = parameter_list(content_of("man/spliced.ini.5"), place);
    auto used = words_on_lines_of(keys);
    for (const auto& row : table) {
        INFO("parameter " << row.name);
        auto head = fmt::format("\n.It Cm {}{}\n", row.name, takes_argument(row.target) ? " Ar " : "");
        auto items = items_of(list + "\n.Sh ", fmt::format("Cm {}", row.name));
        REQUIRE(items.size() == 1);
        CHECK(items[0].starts_with(head.substr(0, head.size() - 1)));
        CHECK(items[0].find(fmt::format("\nDefault: {}.", row.preset)) != std::string::npos);
        CHECK(used.count(std::string(row.name)) == 1);
    }
    std::size_t listed = 0;
    for (std::string_view line : lines_of(list))
        if (line.starts_with(".It ")) ++listed;
    CHECK(listed == table.size());
}

/// "-f FILE|DIR" of the help and "Fl f Ar file | dir" of the page, both as the flag alone.
std::set<std::string> flags_of_help() {
    std::set<std::string> flags;
    for (std::string_view line : lines_of(usage_text()))
        if (line.starts_with('-')) flags.emplace(spliced::split_words(line)[0]);
    return flags;
}

std::set<std::string> flags_of_page() {
    auto page = content_of("man/spliced.8");
    std::set<std::string> flags;
    for (std::string_view line : lines_of(between(page, "The flags are HAProxy's:", "\n.El\n"))) {
        if (!line.starts_with(".It Fl ")) continue;
        // "h , -help" are two spellings; "-" alone is the "--" in front of files, which is no flag.
        auto words = spliced::split_words(line.substr(7));
        for (std::size_t i = 0; i < words.size() && words[i] != "Ar"; ++i)
            if (words[i] != "," && words[i] != "-") flags.insert("-" + std::string(words[i]));
    }
    return flags;
}

/// The name without "NAME", as a key of the sample file would begin.
bool sample_has(const std::vector<std::string>& lines, const Keyword& keyword) {
    for (const auto& line : lines) {
        auto key = spliced::trim(std::string_view(line).substr(0, line.find('=')));
        if (key.starts_with(';')) key.remove_prefix(1);
        if (takes_name(keyword)) key = key.substr(0, key.rfind(' '));
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

TEST_CASE("the sample file has no keyword that does not exist") {
    for (std::string_view line : lines_of(content_of("etc/spliced.ini"))) {
        if (line.size() > 1 && line[0] == ';' && line[1] != ' ') line.remove_prefix(1);
        if (line.starts_with(';') || line.find('=') == std::string_view::npos) continue;
        auto key = spliced::trim(line.substr(0, line.find('=')));
        auto first = key.substr(0, key.find(' '));
        if (const auto* named = find_keyword(first, ~0U); named && takes_name(*named)) key = first;
        if (key.starts_with("filter ")) key = key.substr(0, key.rfind(' '));
        INFO(key);
        CHECK(find_keyword(key, ~0U) != nullptr);
    }
}

TEST_CASE("the manual page and the sample file have every parameter, and the page no other") {
    check_parameters(bind_parameters(), "\n.It Ic bind = ", {"bind"});
    check_parameters(server_parameters(), "\n.It Ic server Ar name No = ", {"server", "default-server"});
    check_parameters(stats_socket_parameters(), "\n.It Ic stats socket = ", {"stats"});
    check_parameters(log_parameters(), "\n.Sh LOG LINES\n", {"log"});
}

TEST_CASE("the manual page has the flags that the help has, and second spellings of them") {
    auto page = flags_of_page();
    for (const auto& flag : flags_of_help()) {
        INFO(flag);
        CHECK(page.erase(flag) == 1);
    }
    CHECK(page == std::set<std::string>{"--version", "-h"});
    for (const auto& flag : page) {
        std::vector<std::string_view> words{flag};
        CHECK(parse_command_line(words));
    }
}

TEST_CASE("the sample files load without a warning") {
    for (auto name : {"etc/spliced.ini", "etc/minimal.ini", "etc/service.ini"}) {
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
    auto loaded = load_fake(text, {{"503.http", "x"}, {"bad-networks.txt", "192.0.2.0/24\n"}});
    // A filter is shown for its form; the rule that would use it needs more than a line.
    std::erase_if(loaded.mistakes, [](const Mistake& mistake) {
        return mistake.text().find("no rule puts connections under") != std::string::npos;
    });
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
