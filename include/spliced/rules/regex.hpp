// A regular expression: POSIX's extended ones, from the C library.
//
// regcomp(3) was preferred to std::regex, whose matching recurses once a letter, so that a client's long name
// could overflow the stack, and to PCRE2 (base/regex.hpp), which may need time exponential in what a client
// sends, and then gives up: a check can afford that, a rule that refuses clients cannot.
#pragma once

#include <regex.h>

#include <memory>
#include <string>
#include <string_view>

#include "spliced/base/result.hpp"

namespace spliced::rules {

/// Copies share one compiled expression.
class Regex {
  public:
    /// Refuses what Perl's dialect means by \d, (?...) and the like: here it would mean something else.
    static Result<Regex> compile(const std::string& text, bool ignore_case);

    bool matches(std::string_view bytes) const;

  private:
    explicit Regex(std::shared_ptr<const regex_t> compiled) : compiled_(std::move(compiled)) {}

    std::shared_ptr<const regex_t> compiled_;
};

}  // namespace spliced::rules
