// Lists of HAProxy's words, and what is said about each: the words that this program has no keyword for, or
// takes in another meaning.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/import/verdict.hpp"

namespace spliced::import {

using Words = std::span<const std::string>;

/// Whether the words begin with those of a comma-separated list; a * at the end of one matches any ending.
bool begin_with_any(Words words, std::string_view list);

struct WordRule {
    std::string_view words;  ///< comma-separated
    Outcome outcome;
    bool unsafe;
    std::string_view reason;
};

/// Of a parameter of `bind`, `server` or `stats socket`.
struct ParameterRule {
    std::string_view names;  ///< comma-separated
    unsigned arguments;      ///< words behind it
    Outcome outcome;
    bool unsafe;
    std::string_view reason;
};

std::span<const WordRule> global_rules();
std::span<const WordRule> proxy_rules();
std::span<const ParameterRule> bind_rules();
std::span<const ParameterRule> server_rules();
/// Of whole sections, by their kind.
std::span<const WordRule> section_rules();

const WordRule* find_rule(std::span<const WordRule> rules, Words words);
const ParameterRule* find_rule(std::span<const ParameterRule> rules, const std::string& name);

}  // namespace spliced::import
