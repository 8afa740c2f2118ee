#include "spliced/rules/regex.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace spliced::rules {
namespace {

/// A piece of Perl's dialect in it; empty where there is none.
std::string_view foreign_piece(std::string_view text) {
    // \w, \s, \b and their opposites are the C library's, too.
    constexpr std::string_view letters = "dDAzZnrtxXhHvVKQEpPRGuLlUFNC";
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        std::string_view pair = text.substr(i, 2);
        if (pair == "(?" || pair == "*?" || pair == "+?") return pair;
        if (text[i] != '\\') continue;
        if (letters.find(text[i + 1]) != std::string_view::npos) return pair;
        ++i;
    }
    return {};
}

}  // namespace

Result<Regex> Regex::compile(const std::string& text, bool ignore_case) {
    if (auto piece = foreign_piece(text); !piece.empty())
        return Error{
            fmt::format("'{}': '{}' is of Perl's dialect; write a POSIX extended expression, such as "
                        "[0-9] for \\d and ( ) for (?: )",
                        text, piece)};
    auto compiled = std::make_unique<regex_t>();
    int flags = REG_EXTENDED | REG_NOSUB | (ignore_case ? REG_ICASE : 0);
    if (int error = regcomp(compiled.get(), text.c_str(), flags); error != 0) {
        std::array<char, 128> why{};
        regerror(error, compiled.get(), why.data(), why.size());
        return Error{fmt::format("'{}' is no regular expression: {}", text, why.data())};
    }
    auto free = [](regex_t* regex) {
        regfree(regex);
        delete regex;
    };
    return Regex(std::shared_ptr<const regex_t>(std::shared_ptr<regex_t>(compiled.release(), free)));
}

bool Regex::matches(std::string_view bytes) const {
    regmatch_t whole{};
    whole.rm_eo = static_cast<regoff_t>(bytes.size());
    return regexec(compiled_.get(), bytes.empty() ? "" : bytes.data(), 1, &whole, REG_STARTEND) == 0;
}

}  // namespace spliced::rules
