// One line of a haproxy.cfg as lines of INI: which keyword of ours it is, and what its value is.
//
// A word that the tables of the configuration know where it stands becomes a key and its value as it is. The
// lists of word_list.hpp and the functions below say what else there is. What neither knows is written as it
// stands, and the trial (trial.hpp) says what is wrong with it.
#pragma once

#include <string>
#include <vector>

#include "spliced/config/keywords.hpp"
#include "spliced/import/word_list.hpp"

namespace spliced::import {

struct Setting {
    std::string key;
    std::string value;
};

struct Conversion {
    std::vector<Setting> settings;
    Outcome outcome = Outcome::kept;
    bool unsafe = false;
    std::string reason;

    static Conversion ignored(std::string_view reason) {
        return {{}, Outcome::ignored, false, std::string(reason)};
    }
    static Conversion refused(std::string_view reason) {
        return {{}, Outcome::refused, false, std::string(reason)};
    }
    static Conversion by(const WordRule& rule) {
        return {{}, rule.outcome, rule.unsafe, std::string(rule.reason)};
    }
};

/// `section` is one of config::Sections.
Conversion convert_line(Words words, unsigned section);

/// Whether one of our keywords begins the words there, `timeout connect` before `timeout`.
const config::Keyword* own_keyword(Words words, unsigned section);

/// "KEY = VALUE" by the general rule: no value is `yes`, and `no KEY` is `no`.
Conversion by_table(Words words, const config::Keyword& keyword, bool negated);

/// Functions of their own, one file for each group of keywords.
Conversion convert_bind(Words words);
Conversion convert_page_bind(Words words);
/// `server NAME ADDRESS ...` and `default-server ...`.
Conversion convert_server(Words words);
Conversion convert_stats_socket(Words words);
Conversion convert_log(Words words);

/// The words behind a parameter-taking keyword, sorted: what our table takes or does not know stays, what
/// the rules name goes.
struct Parameters {
    std::vector<std::string> kept;
    std::vector<std::string> dropped;
    const ParameterRule* refusal = nullptr;
    std::string reason;
};

template <typename Table>
Parameters sort_parameters(Words words, const Table& table, std::span<const ParameterRule> rules) {
    Parameters sorted;
    for (std::size_t i = 0; i < words.size(); ++i) {
        bool own = false;
        bool has_argument = false;
        for (const auto& row : table) {
            if (row.name != words[i]) continue;
            own = true;
            has_argument = takes_argument(row.target);
        }
        const auto* rule = own ? nullptr : find_rule(rules, words[i]);
        auto& goal = rule == nullptr ? sorted.kept : sorted.dropped;
        if (rule != nullptr && rule->outcome == Outcome::refused && sorted.refusal == nullptr)
            sorted.refusal = rule;
        if (rule != nullptr && sorted.reason.empty())
            sorted.reason = "'" + words[i] + "': " + std::string(rule->reason);
        goal.push_back(words[i]);
        for (unsigned more = rule != nullptr ? rule->arguments
                             : has_argument  ? 1U
                                             : 0U;
             more > 0 && i + 1 < words.size(); --more)
            goal.push_back(words[++i]);
    }
    return sorted;
}

}  // namespace spliced::import
