#include "spliced/import/condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <vector>

#include "spliced/base/text.hpp"
#include "spliced/base/units.hpp"

namespace spliced::import {
namespace {

constexpr std::array<std::string_view, 27> features{
    "ACCEPT4",  "BACKTRACE",    "CPU_AFFINITY", "CRYPT_H", "DL",          "EPOLL",  "GETADDRINFO",
    "LIBCRYPT", "LINUX_SPLICE", "LINUX_TPROXY", "LUA",     "NETFILTER",   "NS",     "OPENSSL",
    "OT",       "PCRE2",        "PCRE2_JIT",    "POLL",    "PRCTL",       "PROMEX", "RT",
    "SLZ",      "SYSTEMD",      "TFO",          "THREAD",  "THREAD_DUMP", "TPROXY"};
constexpr std::array<std::string_view, 7> enabled{
    "POLL", "EPOLL", "GETADDRINFO", "SPLICE", "REUSEPORT", "FAST-FORWARD", "SERVER-SSL-VERIFY-NONE"};
constexpr std::array<std::int64_t, 3> version{2, 6, 12};

/// "2.4", "2.6-dev3" (which comes before 2.6.0), "2.6.12".
std::optional<std::array<std::int64_t, 3>> read_version(std::string_view text) {
    std::array<std::int64_t, 3> numbers{};
    auto dev = text.find("-dev");
    auto parts = split_at(text.substr(0, dev), '.');
    if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto number = parse_integer(parts[i], {0, INT32_MAX});
        if (!number) return std::nullopt;
        numbers[i] = *number;
    }
    if (dev != std::string_view::npos) numbers[2] = -1;
    return numbers;
}

template <std::size_t size>
bool holds(const std::array<std::string_view, size>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// By descent: or, and, not, a term. Blanks may stand between all of them.
class Evaluator {
  public:
    Evaluator(std::string_view text, const Variables& variables) : rest_(trim(text)), variables_(variables) {}

    Result<bool> evaluate() {
        if (rest_.empty()) return false;
        bool value = either();
        if (!error_ && !rest_.empty()) fail(fmt::format("'{}' is not expected there", rest_));
        if (error_) return *error_;
        return value;
    }

  private:
    bool either() {
        bool value = both();
        while (!error_ && take("||")) {
            bool other = both();
            value = value || other;
        }
        return value;
    }
    bool both() {
        bool value = term();
        while (!error_ && take("&&")) {
            bool other = term();
            value = value && other;
        }
        return value;
    }
    bool term() {
        if (take("!")) return !term();
        if (take("(")) {
            bool value = either();
            if (!take(")")) fail("a ')' is missing");
            return value;
        }
        auto length = std::min(rest_.find_first_of(" \t()&|!"), rest_.size());
        auto word = rest_.substr(0, length);
        rest_.remove_prefix(length);
        if (rest_.starts_with('(')) return predicate(word);
        rest_ = trim(rest_);
        auto number = parse_integer(word, {INT32_MIN, INT32_MAX});
        if (!number) return fail(fmt::format("'{}' is no condition", word));
        return *number != 0;
    }

    bool predicate(std::string_view name) {
        auto end = rest_.find(')');
        if (end == std::string_view::npos) return fail("a ')' is missing");
        auto inside = rest_.substr(1, end - 1);
        rest_ = trim(rest_.substr(end + 1));
        auto words = split_at(inside, ',');
        if (words.size() == 1 && words[0].empty()) words.clear();
        if (words.size() != (name.starts_with("str") ? 2U : 1U))
            return fail(fmt::format("'{}({})' has not the arguments that it needs", name, inside));
        if (name == "streq") return words[0] == words[1];
        if (name == "strneq") return words[0] != words[1];
        if (name == "strstr") return words[0].find(words[1]) != std::string_view::npos;
        if (name == "defined") return variables_.find(words[0]).has_value();
        if (name == "feature") return holds(features, words[0]);
        if (name == "enabled") return holds(enabled, words[0]);
        return version_predicate(name, words[0]);
    }
    bool version_predicate(std::string_view name, std::string_view text) {
        auto wanted = read_version(text);
        if (name == "version_atleast" && wanted) return version >= *wanted;
        if (name == "version_before" && wanted) return version < *wanted;
        return fail(name.starts_with("version_") ? fmt::format("'{}' is not a version", text)
                                                 : fmt::format("unknown predicate '{}'", name));
    }

    bool take(std::string_view sign) {
        if (!rest_.starts_with(sign)) return false;
        rest_ = trim(rest_.substr(sign.size()));
        return true;
    }
    bool fail(std::string message) {
        if (!error_) error_ = Error{std::move(message)};
        rest_ = {};
        return false;
    }

    std::string_view rest_;
    const Variables& variables_;
    std::optional<Error> error_;
};

}  // namespace

Result<bool> evaluate_condition(std::string_view text, const Variables& variables) {
    return Evaluator(text, variables).evaluate();
}

}  // namespace spliced::import
