// The words of one check rule, one after another, and the rules that TCP and HTTP checks share.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "spliced/config/check_script.hpp"
#include "spliced/config/line.hpp"

namespace spliced::config {

/// Reports what is wrong with the line once; then it is at its end.
class CheckWords {
  public:
    CheckWords(const Line& line, std::vector<std::string> words) : line_(line), words_(std::move(words)) {}

    bool at_end() const { return failed_ || at_ >= words_.size(); }
    std::string next() { return at_end() ? std::string() : words_[at_++]; }
    bool failed() const { return failed_; }

    /// Takes the word where it comes next.
    bool take(std::string_view word) {
        if (at_end() || words_[at_] != word) return false;
        ++at_;
        return true;
    }
    /// The word behind `name`, which must be there.
    std::string argument(std::string_view name);
    /// Text in which `%` would begin a variable in HAProxy; only `%%` is accepted.
    std::string format(std::string_view name);
    /// The same of a sentence: the rest of the line where it is not in quotes.
    std::string rest(std::string_view name);
    unsigned number(std::string_view name, Range range);

    void fail(const std::string& message) {
        if (!failed_) line_.error(message);
        failed_ = true;
    }
    const Line& line() const { return line_; }

  private:
    const Line& line_;
    std::vector<std::string> words_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

CheckConnect read_check_connect(CheckWords& words, std::string& comment);

/// `is_http`: which words name what is looked for.
CheckExpect read_check_expect(CheckWords& words, std::string& comment, bool is_http);

/// The message about a word that is none of `known`, or that HAProxy knows and we do not.
std::string unknown_check_word(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace spliced::config
