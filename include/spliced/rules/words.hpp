// The words of a rule, quoted as in HAProxy's file, and a reader that takes one after another.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/result.hpp"

namespace spliced::rules {

/// Blanks part words; "..." and '...' hold them together, and outside '...' a backslash takes the meaning
/// from a blank, a quote, '#' or itself. Before another letter it stays, so that \. of an expression does.
Result<std::vector<std::string>> words_of(std::string_view text);

/// The other way: a word that words_of() reads as this one.
std::string quoted(std::string_view word);

class Words {
  public:
    explicit Words(std::span<const std::string> words) : words_(words) {}

    bool done() const { return at_ == words_.size(); }
    /// The next one; empty at the end.
    std::string_view peek() const { return done() ? std::string_view() : words_[at_]; }
    std::string_view take() { return done() ? std::string_view() : words_[at_++]; }
    bool take_if(std::string_view word) {
        if (done() || words_[at_] != word) return false;
        ++at_;
        return true;
    }

  private:
    std::span<const std::string> words_;
    std::size_t at_ = 0;
};

}  // namespace spliced::rules
