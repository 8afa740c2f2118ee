#include "spliced/import/default_servers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "spliced/base/text.hpp"
#include "spliced/config/parameters.hpp"

namespace spliced::import {
namespace {

struct Given {
    std::string name;
    std::string text;  ///< with its argument
};

std::vector<Given> parameters_in(const std::vector<std::string>& words) {
    std::vector<Given> found;
    for (std::size_t i = 0; i < words.size(); ++i) {
        Given given{words[i], words[i]};
        auto table = config::server_parameters();
        auto row =
            std::find_if(table.begin(), table.end(), [&](const auto& each) { return each.name == words[i]; });
        if (row != table.end() && takes_argument(row->target) && i + 1 < words.size())
            given.text += " " + words[++i];
        found.push_back(std::move(given));
    }
    return found;
}

std::vector<std::string> words_of(std::string_view text) {
    auto views = split_words(text);
    return {views.begin(), views.end()};
}

}  // namespace

std::string with_parameters(const std::vector<std::string>& before, std::string_view line) {
    auto given = parameters_in(before);
    for (auto& own : parameters_in(words_of(line))) {
        std::erase_if(given, [&](const Given& each) { return each.name == own.name; });
        given.push_back(std::move(own));
    }
    std::string text;
    for (const auto& each : given) text += (text.empty() ? "" : " ") + each.text;
    return text;
}

bool DefaultServers::merge(std::vector<IniEntry>& entries, Setting& setting, std::size_t) {
    bool is_template = setting.key.starts_with("server-template ");
    if (is_template || setting.key.starts_with("server ")) {
        any_server_ = true;
        auto blank = setting.value.find(' ');
        if (is_template) blank = setting.value.find(' ', blank + 1);
        if (later_.empty()) return false;
        auto own = blank == std::string::npos ? "" : setting.value.substr(blank + 1);
        setting.value = setting.value.substr(0, blank) + " " + with_parameters(later_, own);
        return false;
    }
    if (setting.key != "default-server") return false;
    auto first = std::find_if(entries.begin(), entries.end(),
                              [](const IniEntry& each) { return each.key == "default-server"; });
    if (first == entries.end() && !any_server_) return false;
    if (any_server_) {
        later_ = words_of(with_parameters(later_, setting.value));
        return true;
    }
    first->value = with_parameters(words_of(first->value), setting.value);
    return true;
}

}  // namespace spliced::import
