#include "spliced/import/word_list.hpp"

#include <algorithm>

#include "spliced/base/text.hpp"

namespace spliced::import {
namespace {

bool matches(std::string_view word, std::string_view pattern) {
    if (pattern.ends_with('*')) return word.starts_with(pattern.substr(0, pattern.size() - 1));
    return word == pattern;
}

bool begin_with(Words words, std::string_view pattern) {
    auto wanted = split_words(pattern);
    return words.size() >= wanted.size() &&
           std::equal(wanted.begin(), wanted.end(), words.begin(),
                      [](auto want, const auto& word) { return matches(word, want); });
}

}  // namespace

bool begin_with_any(Words words, std::string_view list) {
    auto patterns = split_at(list, ',');
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](auto pattern) { return begin_with(words, pattern); });
}

const WordRule* find_rule(std::span<const WordRule> rules, Words words) {
    auto found = std::find_if(rules.begin(), rules.end(),
                              [&](const WordRule& rule) { return begin_with_any(words, rule.words); });
    return found == rules.end() ? nullptr : &*found;
}

const ParameterRule* find_rule(std::span<const ParameterRule> rules, const std::string& name) {
    auto found = std::find_if(rules.begin(), rules.end(), [&](const ParameterRule& rule) {
        return begin_with_any(Words(&name, 1), rule.names);
    });
    return found == rules.end() ? nullptr : &*found;
}

}  // namespace spliced::import
