#include "spliced/config/quoted_words.hpp"

#include <fmt/format.h>

#include <cctype>
#include <optional>
#include <utility>

#include "spliced/base/text.hpp"

namespace spliced::config {
namespace {

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    Result<std::vector<std::string>> read() &&;

  private:
    Result<void> read_escape(std::string& word);

    std::string_view text_;
    std::size_t at_ = 0;
};

/// At a backslash.
Result<void> Reader::read_escape(std::string& word) {
    char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    constexpr std::string_view plain = " \\\"'#;";
    constexpr std::string_view letters = "rnt";
    constexpr std::string_view meant = "\r\n\t";
    if (next == 'x') {
        int high = at_ + 2 < text_.size() ? hex_value(text_[at_ + 2]) : -1;
        int low = at_ + 3 < text_.size() ? hex_value(text_[at_ + 3]) : -1;
        if (high < 0 || low < 0) return Error{"'\\x' needs two hexadecimal digits behind it"};
        word += static_cast<char>(high * 16 + low);
        at_ += 4;
    } else if (next != '\0' && plain.find(next) != std::string_view::npos) {
        word += next;
        at_ += 2;
    } else if (auto which = letters.find(next); next != '\0' && which != std::string_view::npos) {
        word += meant[which];
        at_ += 2;
    } else {
        word += text_[at_++];
    }
    return {};
}

Result<std::vector<std::string>> Reader::read() && {
    std::vector<std::string> words;
    std::optional<std::string> word;
    char quote = '\0';
    while (at_ < text_.size()) {
        char letter = text_[at_];
        if (quote == '\0' && is_blank(letter)) {
            if (word) words.push_back(*std::exchange(word, std::nullopt));
            ++at_;
            continue;
        }
        if (!word) word.emplace();
        if (letter == quote) {
            quote = '\0';
            ++at_;
        } else if (quote == '\0' && (letter == '"' || letter == '\'')) {
            quote = letter;
            ++at_;
        } else if (letter == '\\' && quote != '\'') {
            if (auto escape = read_escape(*word); !escape) return escape.error();
        } else {
            *word += letter;
            ++at_;
        }
    }
    if (quote != '\0') return Error{fmt::format("the quote {} is not closed", quote)};
    if (word) words.push_back(*std::move(word));
    return words;
}

bool needs_no_quotes(char letter) {
    constexpr std::string_view marks = "_./:+=,@%^()*?!<>|{}[]$&~-";
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 ||
           marks.find(letter) != std::string_view::npos;
}

}  // namespace

Result<std::vector<std::string>> quoted_words(std::string_view text) {
    return Reader(text).read();
}

std::string quoted(std::string_view word) {
    bool plain = !word.empty();
    std::string text = "\"";
    for (char letter : word) {
        plain = plain && needs_no_quotes(letter);
        if (letter == '"' || letter == '\\')
            text.append(1, '\\').append(1, letter);
        else if (letter == '\r')
            text += "\\r";
        else if (letter == '\n')
            text += "\\n";
        else if (letter == '\t')
            text += "\\t";
        else if (letter < ' ' || letter > '~' || letter == ';' || letter == '#')
            text += fmt::format("\\x{:02x}", static_cast<unsigned char>(letter));
        else
            text += letter;
    }
    return plain ? std::string(word) : text + '"';
}

std::string parameter_word(std::string_view word) {
    std::string text = quoted(word);
    for (auto at = text.find(' '); at != std::string::npos; at = text.find(' ', at))
        text.replace(at, 1, "\\x20");
    return text;
}

}  // namespace spliced::config
