#include "spliced/import/cfg_words.hpp"

#include <fmt/format.h>

#include <cctype>
#include <optional>
#include <utility>

#include "spliced/base/text.hpp"
#include "spliced/import/variables.hpp"

namespace spliced::import {
namespace {

std::optional<int> hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return std::nullopt;
}

class Splitter {
  public:
    Splitter(std::string_view line, const Expand& expand) : rest_(line), expand_(expand) {}

    Result<CfgWords> split() {
        while (!rest_.empty() && !error_) {
            char c = rest_.front();
            if (c == '#' && !weak_ && !strong_) break;
            step(c);
        }
        if (error_) return *error_;
        if (weak_ || strong_)
            return Error{fmt::format("the closing {} is missing", weak_ ? "double quote" : "quote")};
        end_word();
        return std::move(found_);
    }

  private:
    void step(char c) {
        if (c == '"' && !strong_) {
            weak_ = !weak_;
            begin_word();
            rest_.remove_prefix(1);
        } else if (c == '\'' && !weak_) {
            strong_ = !strong_;
            begin_word();
            rest_.remove_prefix(1);
        } else if (c == '\\' && !strong_) {
            take_escape();
        } else if (c == '$' && weak_) {
            take_variable();
        } else if (is_blank(c) && !weak_ && !strong_) {
            end_word();
            found_.flat += ' ';
            rest_.remove_prefix(1);
        } else {
            put(c);
            rest_.remove_prefix(1);
        }
    }

    void begin_word() { in_word_ = true; }
    void put(char c) {
        begin_word();
        word_ += c;
        found_.flat += c;
    }
    void put(std::string_view text) {
        for (char c : text) put(c);
    }
    void end_word() {
        if (std::exchange(in_word_, false)) found_.words.push_back(std::exchange(word_, {}));
    }

    void take_escape() {
        char next = rest_.size() > 1 ? rest_[1] : '\0';
        std::size_t taken = 2;
        switch (next) {
            case ' ':
            case '\\':
            case '#':
            case '"':
            case '\'':
                put(next);
                break;
            case 'n':
                put('\n');
                break;
            case 'r':
                put('\r');
                break;
            case 't':
                put('\t');
                break;
            case 'x':
                taken = take_hex();
                break;
            case '$':
                if (weak_) {
                    put('$');
                    break;
                }
                [[fallthrough]];
            default:  // as in HAProxy, a backslash before anything else is itself
                put('\\');
                taken = 1;
        }
        rest_.remove_prefix(taken);
    }

    std::size_t take_hex() {
        auto high = rest_.size() > 2 ? hex_digit(rest_[2]) : std::nullopt;
        auto low = rest_.size() > 3 ? hex_digit(rest_[3]) : std::nullopt;
        if (!high || !low) {
            error_ = Error{"'\\x' needs two hexadecimal digits behind it"};
            return rest_.size();
        }
        put(static_cast<char>(*high * 16 + *low));
        return 4;
    }

    void take_variable() {
        rest_.remove_prefix(1);
        bool braced = rest_.starts_with('{');
        if (braced) rest_.remove_prefix(1);
        std::size_t length = 0;
        // HAProxy's own (".FILE", ".LINE") begin with a dot; behind a letter it ends the name: "$NET.1".
        if (rest_.starts_with('.')) ++length;
        while (length < rest_.size() && is_variable_letter(rest_[length])) ++length;
        auto name = rest_.substr(0, length);
        if (name.empty()) {
            error_ = Error{"a variable's name is missing behind '$'"};
            return;
        }
        rest_.remove_prefix(length);
        found_.expanded = true;
        bool as_words = braced && rest_.starts_with("[*]");
        if (as_words) rest_.remove_prefix(3);
        auto fallback = braced ? take_brace_end() : std::string_view();
        if (!error_) put_value(expand_(name, fallback), as_words);
    }

    /// "-default}" or "}".
    std::string_view take_brace_end() {
        auto end = rest_.find('}');
        if (end == std::string_view::npos || (end > 0 && rest_.front() != '-')) {
            error_ = Error{"the '}' behind a variable's name is missing"};
            return {};
        }
        auto fallback = end > 0 ? rest_.substr(1, end - 1) : std::string_view();
        rest_.remove_prefix(end + 1);
        return fallback;
    }

    /// ${NAME[*]} becomes several words.
    void put_value(const std::string& value, bool as_words) {
        begin_word();
        for (char c : value) {
            if (as_words && is_blank(c)) {
                end_word();
                found_.flat += ' ';
            } else {
                put(c);
            }
        }
    }

    std::string_view rest_;
    const Expand& expand_;
    CfgWords found_;
    std::string word_;
    bool in_word_ = false;
    bool weak_ = false;
    bool strong_ = false;
    std::optional<Error> error_;
};

}  // namespace

Result<CfgWords> split_cfg_line(std::string_view line, const Expand& expand) {
    return Splitter(line, expand).split();
}

std::string quote_cfg_word(std::string_view word) {
    if (word.empty()) return "\"\"";
    std::string text;
    bool blank = false;
    for (char c : word) {
        auto byte = static_cast<unsigned char>(c);
        // Behind a blank the INI would take these for a comment.
        bool like_comment = (c == '#' || c == ';') && (text.empty() || text.back() == ' ');
        blank = blank || c == ' ';
        if (like_comment || c == '\\' || c == '"' || c == '\'') {
            text += '\\';
            text += c;
        } else if (c == '\r' || c == '\n' || c == '\t') {
            text += c == '\r' ? "\\r" : c == '\n' ? "\\n" : "\\t";
        } else if (byte < 0x20 || byte == 0x7f) {
            text += fmt::format("\\x{:02x}", byte);
        } else {
            text += c;
        }
    }
    return blank ? '"' + text + '"' : text;
}

std::string join_cfg_words(const std::vector<std::string>& words, std::size_t from) {
    std::string text;
    for (std::size_t i = from; i < words.size(); ++i) {
        if (i > from) text += ' ';
        text += quote_cfg_word(words[i]);
    }
    return text;
}

std::string join_parameters(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) {
        auto quoted = quote_cfg_word(word);
        for (auto at = quoted.find(' '); at != std::string::npos; at = quoted.find(' ', at))
            quoted.replace(at, 1, "\\x20");
        text += (text.empty() ? "" : " ") + quoted;
    }
    return text;
}

}  // namespace spliced::import
