// One entry of a section while it is read: its words, and where to complain.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/text.hpp"
#include "spliced/config/environment.hpp"
#include "spliced/config/hint.hpp"
#include "spliced/config/mistakes.hpp"
#include "spliced/config/parameters.hpp"

namespace spliced::config {

/// Lives as long as the reading of one entry.
struct Line {
    Location where;
    std::string_view key;    ///< "server web1": every message begins with it
    std::string_view name;   ///< "web1"
    std::string_view value;  ///< not empty
    const Environment& environment;
    Mistakes& mistakes;

    void error(std::string_view message) const {
        mistakes.error(where, fmt::format("'{}': {}", key, message));
    }
    void warning(std::string_view message) const {
        mistakes.warning(where, fmt::format("'{}': {}", key, message));
    }
    /// Reports the error, if there is one, and says whether there was none.
    template <typename T>
    bool check(const Result<T>& result, std::string_view subject = {}) const {
        if (!result)
            error(subject.empty() ? result.error().message
                                  : fmt::format("{}: {}", subject, result.error().message));
        return static_cast<bool>(result);
    }
};

/// Reads parameters, each with its argument where it takes one, and hands them to `apply(row, argument)`,
/// which returns Result<void>. Stops at an unknown word: what follows it might be its argument.
template <typename Row, typename Apply>
void read_parameters(const Line& line, std::span<const std::string_view> words, std::span<const Row> table,
                     std::string (*advice)(std::string_view), Apply apply) {
    std::vector<const Row*> seen;
    for (std::size_t i = 0; i < words.size(); ++i) {
        auto row = std::find_if(table.begin(), table.end(), [&](const Row& r) { return r.name == words[i]; });
        if (row == table.end()) {
            std::vector<std::string_view> known;
            for (const auto& each : table) known.push_back(each.name);
            return line.error(unknown_word(words[i], advice(words[i]), known));
        }
        if (std::find(seen.begin(), seen.end(), &*row) != seen.end())
            line.error(fmt::format("'{}' is given twice", row->name));
        seen.push_back(&*row);
        std::string_view argument;
        if (takes_argument(row->target)) {
            if (i + 1 == words.size())
                return line.error(fmt::format("the value of '{}' is missing", row->name));
            argument = words[++i];
        }
        line.check(apply(*row, argument), row->name);
    }
}

}  // namespace spliced::config
