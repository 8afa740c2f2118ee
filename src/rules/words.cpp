#include "spliced/rules/words.hpp"

#include <utility>

#include "spliced/base/text.hpp"

namespace spliced::rules {
namespace {

constexpr std::string_view escapable = " \\\"'#;";

class Splitter {
  public:
    explicit Splitter(std::string_view text) : text_(text) {}

    Result<std::vector<std::string>> split() &&;

  private:
    void end_word();
    void read_letter(std::size_t& at);

    std::string_view text_;
    std::vector<std::string> words_;
    std::string word_;
    bool in_word_ = false;
    char quote_ = '\0';
};

void Splitter::end_word() {
    if (std::exchange(in_word_, false)) words_.push_back(std::exchange(word_, {}));
}

void Splitter::read_letter(std::size_t& at) {
    char letter = text_[at];
    if (quote_ == '\0' && is_blank(letter)) return end_word();
    in_word_ = true;
    if (letter == quote_) {
        quote_ = '\0';
    } else if (quote_ == '\0' && (letter == '"' || letter == '\'')) {
        quote_ = letter;
    } else if (letter == '\\' && quote_ != '\'' && at + 1 < text_.size() &&
               escapable.find(text_[at + 1]) != std::string_view::npos) {
        word_ += text_[++at];
    } else {
        word_ += letter;
    }
}

Result<std::vector<std::string>> Splitter::split() && {
    for (std::size_t at = 0; at < text_.size(); ++at) read_letter(at);
    if (quote_ != '\0') return Error{std::string("the closing ") + quote_ + " is missing"};
    end_word();
    return std::move(words_);
}

}  // namespace

Result<std::vector<std::string>> words_of(std::string_view text) {
    return Splitter(text).split();
}

std::string quoted(std::string_view word) {
    bool is_plain = !word.empty() && word.find_first_of(" \t\"'#;") == std::string_view::npos;
    std::string text(is_plain ? "" : "\"");
    for (std::size_t i = 0; i < word.size(); ++i) {
        bool would_escape = word[i] == '\\' &&
                            (i + 1 == word.size() || escapable.find(word[i + 1]) != std::string_view::npos);
        // Behind a blank the INI would take these for a comment.
        bool like_comment = (word[i] == '#' || word[i] == ';') && i > 0 && is_blank(word[i - 1]);
        if (would_escape || like_comment || word[i] == '"') text += '\\';
        text += word[i];
    }
    return is_plain ? text : text + '"';
}

}  // namespace spliced::rules
