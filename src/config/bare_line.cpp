#include "spliced/config/bare_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

#include "spliced/base/text.hpp"
#include "spliced/config/foreign.hpp"
#include "spliced/config/keywords.hpp"

namespace spliced::config {
namespace {

using Words = std::span<const std::string_view>;

/// How much of a line is repeated in a message.
constexpr std::size_t longest_quote = 60;

bool is_yes_or_no(const Keyword& keyword) {
    const auto* special = std::get_if<Special>(&keyword.target);
    return std::holds_alternative<bool Global::*>(keyword.target) ||
           std::holds_alternative<bool Frontend::*>(keyword.target) ||
           std::holds_alternative<bool Backend::*>(keyword.target) ||
           (special != nullptr && (*special == Special::both_keepalives || *special == Special::nolinger ||
                                   *special == Special::smart_option));
}

/// The keyword that the words begin with; the longest of several.
const Keyword* leading_keyword(Words words) {
    const Keyword* best = nullptr;
    for (const auto& keyword : keywords()) {
        auto parts = split_words(keyword.name);
        bool leads = parts.size() <= words.size() && std::equal(parts.begin(), parts.end(), words.begin());
        if (leads && (best == nullptr || keyword.name.size() > best->name.size())) best = &keyword;
    }
    return best;
}

std::string with_equals(const Keyword& keyword, Words rest) {
    if (is_yes_or_no(keyword)) return fmt::format("{} = yes", keyword.name);
    if (!takes_name(keyword))
        return fmt::format("{} = {}", keyword.name,
                           rest.empty() ? "VALUE" : fmt::format("{}", fmt::join(rest, " ")));
    if (rest.size() < 2) return fmt::format("{} NAME = VALUE", keyword.name);
    return fmt::format("{} {} = {}", keyword.name, rest.front(), fmt::join(rest.subspan(1), " "));
}

/// What to write for it; empty where no keyword begins the line.
std::string written_well(Words words) {
    bool negated = !words.empty() && words[0] == "no";
    if (negated) words = words.subspan(1);
    const auto* keyword = leading_keyword(words);
    if (keyword == nullptr) return {};
    if (negated) return is_yes_or_no(*keyword) ? fmt::format("{} = no", keyword->name) : std::string();
    return with_equals(*keyword, words.subspan(split_words(keyword->name).size()));
}

}  // namespace

std::string about_bare_line(std::string_view line) {
    auto words = split_words(line);
    auto quote =
        line.size() > longest_quote ? fmt::format("{}...", line.substr(0, longest_quote)) : std::string(line);
    if (auto better = written_well(words); !better.empty() && line.size() <= longest_quote)
        return fmt::format("'{}': the '=' is missing: write '{}'", quote, better);
    if (auto advice = foreign_keyword(fmt::format("{}", fmt::join(words, " "))); !advice.empty())
        return fmt::format("'{}': {}", quote, advice);
    return fmt::format("'{}': a line is KEYWORD = VALUE, and the '=' is missing", quote);
}

}  // namespace spliced::config
