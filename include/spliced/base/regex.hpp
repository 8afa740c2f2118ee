// Perl-compatible regular expressions, as HAProxy of Debian has them: PCRE2 behind a value.
#pragma once

#include <memory>
#include <string_view>

#include "spliced/base/result.hpp"

namespace spliced {

/// Compiled once, then shared; copies cost a pointer.
class Regex {
  public:
    /// The error says where in the pattern it is.
    static Result<Regex> compile(std::string_view pattern, bool ignore_case = false);

    /// Anywhere in `subject`, any bytes. A match that would take more than some milliseconds is none: a
    /// pattern may need time exponential in the length of what a peer sends.
    bool matches(std::string_view subject) const;

  private:
    struct Code;
    explicit Regex(std::shared_ptr<const Code> code) : code_(std::move(code)) {}

    std::shared_ptr<const Code> code_;
};

}  // namespace spliced
