#include "spliced/config/ini.hpp"

#include <fmt/format.h>
#include <ini.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "spliced/base/text.hpp"
#include "spliced/config/bare_line.hpp"
#include "spliced/config/section_header.hpp"

namespace spliced::config {
namespace {

// inih trims what it is given, drops a piece that begins with a comment sign and splits a key at a colon. A
// piece of a value therefore travels between two guards, and a colon in a key under a mask. Neither byte can
// be in a file, as control characters are refused.
constexpr char guard = '\x1e';
constexpr char mask = '\x1f';

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

bool is_control(char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7f';
}
bool is_comment_sign(char c) {
    return c == ';' || c == '#';
}

/// Turns physical lines into lines that inih can digest, and puts together what inih makes of them.
class IniReader {
  public:
    IniReader(const std::string& file, std::string_view text, Mistakes& mistakes)
        : file_(file), rest_(text), mistakes_(mistakes) {
        if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
    }

    std::vector<IniSection> read() &&;

  private:
    static char* give_line(char* buffer, int size, void* self);
    static int take_entry(void* self, const char* section, const char* name, const char* value);

    bool next_line();
    void look_at(std::string_view line);
    bool is_sound(std::string_view line);
    std::string_view without_comment(std::string_view text);
    void look_at_section(std::string_view line);
    void begin_section(std::string_view name);
    void look_at_key(std::string_view line);
    void look_at_bare_header(std::string_view line);
    void look_at_continuation(std::string_view text);
    char* give_piece(char* buffer, std::size_t size);
    void error(std::string message) { mistakes_.error({file_, line_}, std::move(message)); }

    const std::string& file_;
    std::string_view rest_;
    Mistakes& mistakes_;
    unsigned line_ = 0;

    /// What the next lines for inih begin with ("[x]", "key=" or a blank), and the value that is to follow in
    /// pieces.
    std::string head_;
    std::string_view value_;
    bool has_value_ = false;

    /// What an indented line would continue. What belongs to a refused line goes with it, without a word
    /// more.
    enum class Above { nothing, value, refused_line } above_ = Above::nothing;
    bool reported_no_section_ = false;
    bool begins_entry_ = false;
    std::vector<IniSection> sections_;
};

std::vector<IniSection> IniReader::read() && {
    // Cannot fail: every line that inih might refuse was refused before, and the handler never does.
    int outcome = ini_parse_stream(give_line, this, take_entry, this);
    if (outcome != 0) mistakes_.error({file_, 0}, "the file cannot be parsed");
    return std::move(sections_);
}

char* IniReader::give_line(char* buffer, int size, void* self) {
    auto& reader = *static_cast<IniReader*>(self);
    while (reader.head_.empty())
        if (!reader.next_line()) return nullptr;
    return reader.give_piece(buffer, static_cast<std::size_t>(size));
}

/// One line for inih: the head, and as much of the value between guards as fits.
char* IniReader::give_piece(char* buffer, std::size_t size) {
    std::string line = std::exchange(head_, {});
    if (has_value_) {
        auto length = std::min(value_.size(), size - 1 - line.size() - 2);
        line.append(1, guard).append(value_.substr(0, length)).append(1, guard);
        value_.remove_prefix(length);
        has_value_ = !value_.empty();
        if (has_value_) head_ = " ";
    }
    assert(line.size() < size);
    *std::copy(line.begin(), line.end(), buffer) = '\0';
    return buffer;
}

int IniReader::take_entry(void* self, const char*, const char* name, const char* value) {
    auto& reader = *static_cast<IniReader*>(self);
    auto& entries = reader.sections_.back().entries;
    if (std::exchange(reader.begins_entry_, false)) {
        entries.push_back({name, {}, reader.line_});
        std::replace(entries.back().key.begin(), entries.back().key.end(), mask, ':');
    }
    std::string_view piece(value);
    entries.back().value += piece.substr(1, piece.size() - 2);
    return 1;
}

bool IniReader::next_line() {
    if (rest_.empty()) return false;
    auto end = std::min(rest_.find('\n'), rest_.size());
    auto line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++line_;
    look_at(line);
    return true;
}

void IniReader::look_at(std::string_view line) {
    auto text = trim(line);
    if (text.empty() || is_comment_sign(text.front())) return;
    bool continues = is_blank(line.front());
    if (!is_sound(line)) {
        if (!continues) above_ = Above::refused_line;
        return;
    }
    text = trim(without_comment(text));
    if (continues) {
        look_at_continuation(text);
    } else if (text.front() == '[') {
        look_at_section(text);
    } else {
        look_at_key(text);
    }
}

bool IniReader::is_sound(std::string_view line) {
    if (line.size() > max_line) {
        error(fmt::format("the line is longer than {} bytes; an indented line can continue it", max_line));
        return false;
    }
    auto bad = std::find_if(line.begin(), line.end(), is_control);
    if (bad == line.end()) return true;
    if (*bad == '\0') {
        error("the line holds a NUL byte");
    } else {
        error(fmt::format("the line holds a control character (0x{:02x})", static_cast<unsigned>(*bad)));
    }
    return false;
}

std::string_view IniReader::without_comment(std::string_view text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (!is_blank(text[i - 1])) continue;
        if (text[i] == ';') return text.substr(0, i);
        if (text[i] != '#') continue;
        error("a comment after a value begins with ' ;', not with ' #'");
        return text.substr(0, i);
    }
    return text;
}

void IniReader::look_at_section(std::string_view line) {
    auto end = line.find(']');
    if (end == std::string_view::npos) error("the ']' at the end of the section's name is missing");
    if (end != std::string_view::npos && end + 1 != line.size())
        error(fmt::format("'{}' after the section's name: keywords stand on lines of their own",
                          line.substr(end + 1)));
    auto name = trim(line.substr(1, end == std::string_view::npos ? end : end - 1));
    if (name.size() > max_name) {
        error(fmt::format("the section's name is longer than {} bytes", max_name));
        name = name.substr(0, max_name);
    }
    begin_section(name);
}

// inih tells of a section only with its first key: sections are noted here, so that empty ones count too.
void IniReader::begin_section(std::string_view name) {
    above_ = Above::nothing;
    sections_.push_back({std::string(name), line_, {}});
    head_ = fmt::format("[{}]", name);
}

/// "listen web" without brackets. A file that begins with one is a whole file of HAProxy's: one error says
/// more than hundreds.
void IniReader::look_at_bare_header(std::string_view line) {
    if (sections_.empty()) {
        rest_ = {};
        return error(
            "this is the form of HAProxy's own configuration; here it is INI: a section begins with "
            "[global], [defaults] or [listen NAME], and a keyword is written KEYWORD = VALUE");
    }
    error(fmt::format("'{}': a section stands in brackets: write '[{}]'", line, line));
    begin_section(line);
}

void IniReader::look_at_key(std::string_view line) {
    above_ = Above::refused_line;
    if (is_bare_section_header(line)) return look_at_bare_header(line);
    auto equals = line.find('=');
    auto key = trim(line.substr(0, equals));
    auto value = equals == std::string_view::npos ? equals : line.find_first_not_of(" \t", equals + 1);
    if (sections_.empty()) {
        if (!std::exchange(reported_no_section_, true))
            error("a keyword before the first section: begin with [global], [defaults] or [listen NAME]");
    } else if (equals == std::string_view::npos) {
        error(about_bare_line(line));
    } else if (key.empty()) {
        error("the keyword before '=' is missing");
    } else if (key.size() > max_name) {
        error(fmt::format("the text before '=' is longer than {} bytes", max_name));
    } else if (value == std::string_view::npos || is_comment_sign(line[value])) {
        error(fmt::format("'{}': the value is missing", key));
    } else if (line.size() - value > max_value) {
        error(fmt::format("'{}': the value is longer than {} bytes", key, max_value));
    } else {
        head_ = fmt::format("{}=", key);
        std::replace(head_.begin(), head_.end(), ':', mask);
        value_ = line.substr(value);
        has_value_ = begins_entry_ = true;
        above_ = Above::value;
    }
}

void IniReader::look_at_continuation(std::string_view text) {
    if (text.find('=') != std::string_view::npos) {
        // HAProxy's habit of indenting keywords would glue them to the value above.
        error(
            "an indented line continues the value above it and may not hold '='; a keyword begins in the "
            "first column");
    } else if (above_ == Above::nothing) {
        error("an indented line continues the value above it, but there is none");
    } else if (above_ == Above::value &&
               sections_.back().entries.back().value.size() + text.size() >= max_value) {
        error(fmt::format("with this line the value is longer than {} bytes", max_value));
        above_ = Above::refused_line;
    } else if (above_ == Above::value) {
        sections_.back().entries.back().value += ' ';
        head_ = " ";
        value_ = text;
        has_value_ = true;
    }
}

}  // namespace

std::vector<IniSection> read_ini(const std::string& file, std::string_view text, Mistakes& mistakes) {
    return IniReader(file, text, mistakes).read();
}

}  // namespace spliced::config
