// Reads acls: the fetch, its flags, and patterns from the line and from files. A part of
// condition.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "spliced/base/text.hpp"
#include "spliced/rules/condition.hpp"

namespace spliced::rules {
namespace {

struct Predefined {
    std::string_view name;
    std::string_view test;
};

// HAProxy's configuration manual, 7.4.
constexpr std::array predefined{
    Predefined{"FALSE", "always_false"},       Predefined{"LOCALHOST", "src 127.0.0.1/8"},
    Predefined{"REQ_CONTENT", "req.len gt 0"}, Predefined{"TRUE", "always_true"},
    Predefined{"WAIT_END", "wait_end"},
};

constexpr std::array<std::string_view, 5> operations{"eq", "ge", "gt", "le", "lt"};

bool is_operation(std::string_view word) {
    return std::ranges::find(operations, word) != operations.end();
}

/// The flags of a test, and what they make of its patterns.
class TestReader {
  public:
    TestReader(Words& words, const Acls::ReadFile& read_file) : words_(words), read_file_(read_file) {}

    Result<Test> read();

  private:
    Result<void> read_flags(Type type);
    Result<bool> read_flag(std::string_view flag);
    Result<void> read_patterns(Patterns& patterns);
    Result<void> read_file(Patterns& patterns, std::string_view path);
    bool at_end() const { return words_.done() || words_.peek() == "}"; }

    Words& words_;
    const Acls::ReadFile& read_file_;
    Match match_ = Match::found;
    bool has_match_ = false;
    bool ignore_case_ = false;
    std::vector<std::string_view> files_;
};

Result<Test> TestReader::read() {
    if (at_end()) return Error{"what is to be tested is missing: write FETCH [flags] PATTERN..."};
    auto expression = Expression::parse(words_.take());
    if (!expression) return expression.error();
    Type type = expression->type();
    auto flags = read_flags(type);
    if (!flags) return flags.error();
    auto patterns = std::make_shared<Patterns>(match_, ignore_case_);
    auto read = read_patterns(*patterns);
    if (!read) return read.error();
    bool needs_none =
        match_ == Match::found || match_ == Match::boolean || (match_ == Match::integer && !has_match_);
    if (patterns->size() > 0 && (match_ == Match::found || match_ == Match::boolean))
        return Error{fmt::format("{} takes no pattern: it is true or false by itself",
                                 match_ == Match::found ? "'-m found'" : name_of(type))};
    if (patterns->size() == 0 && files_.empty() && !needs_none)
        return Error{"a pattern is missing; '-m found' asks whether there is a value at all"};
    // As in HAProxy an integer alone is true unless it is 0.
    if (patterns->size() == 0 && files_.empty() && match_ == Match::integer)
        patterns = std::make_shared<Patterns>(Match::boolean, false);
    patterns->seal();
    return Test{std::move(*expression), std::move(patterns)};
}

Result<void> TestReader::read_flags(Type type) {
    match_ = default_match(type);
    while (words_.peek().starts_with('-') && words_.peek().size() > 1) {
        // A negative integer is a pattern.
        if (words_.peek()[1] >= '0' && words_.peek()[1] <= '9') break;
        std::string_view flag = words_.take();
        if (flag == "--") break;
        auto known = read_flag(flag);
        if (!known) return known.error();
    }
    if (!suits(match_, type))
        return Error{fmt::format("'-m {}' does not suit {}", name_of(match_), name_of(type))};
    return {};
}

Result<bool> TestReader::read_flag(std::string_view flag) {
    if (flag == "-i") return ignore_case_ = true;
    if (flag == "-n") return true;  // forbids host names, which are not looked up anyway
    if (flag != "-m" && flag != "-f")
        return Error{
            fmt::format("'{}' is no flag that this version knows: there are -i, -m, -f and -n, and '--' "
                        "ends them",
                        flag)};
    if (at_end()) return Error{fmt::format("the value of '{}' is missing", flag)};
    std::string_view value = words_.take();
    if (flag == "-f") {
        files_.push_back(value);
        return true;
    }
    has_match_ = true;
    if (find_match(value, match_)) return true;
    return Error{
        fmt::format("'-m {}': there are found, bool, int, ip, str, beg, end, sub, dir, dom, reg, len "
                    "and bin",
                    value)};
}

Result<void> TestReader::read_patterns(Patterns& patterns) {
    for (std::string_view path : files_) {
        auto read = read_file(patterns, path);
        if (!read) return read;
    }
    std::string_view operation;
    bool operation_is_idle = false;
    while (!at_end()) {
        std::string_view word = words_.take();
        if (patterns.takes_operations() && is_operation(word)) {
            operation = word;
            operation_is_idle = true;
            continue;
        }
        auto added = patterns.add(word, operation);
        if (!added) return added;
        operation_is_idle = false;
    }
    if (operation_is_idle) return Error{fmt::format("a number is missing behind '{}'", operation)};
    return {};
}

/// A pattern a line; empty lines and those that begin with '#' do not count.
Result<void> TestReader::read_file(Patterns& patterns, std::string_view path) {
    auto text = read_file_ ? read_file_(path) : Result<std::string>(Error{"files cannot be read here"});
    if (!text) return text.error();
    unsigned number = 0;
    for (std::string_view rest = *text; !rest.empty();) {
        auto end = rest.find('\n');
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        ++number;
        if (line.ends_with('\r')) line.remove_suffix(1);
        line = trim(line);
        if (line.empty() || line.front() == '#') continue;
        auto added = patterns.add(line);
        if (!added) return Error{fmt::format("{}:{}: {}", path, number, added.error().message)};
    }
    return {};
}

}  // namespace

Result<Test> Acls::read_test(Words& words) const {
    return TestReader(words, read_file_).read();
}

Result<void> Acls::define(const std::string& name, std::span<const std::string> line) {
    Words words(line);
    auto test = read_test(words);
    if (!test) return test.error();
    if (!words.done()) return Error{fmt::format("unexpected '{}'", words.peek())};
    auto& acl = by_name_[name];
    if (!acl) acl = std::make_shared<Acl>(Acl{name, {}});
    acl->tests.push_back(std::move(*test));
    return {};
}

std::shared_ptr<Acl> Acls::find(std::string_view name) {
    if (auto found = by_name_.find(name); found != by_name_.end()) return found->second;
    for (const Predefined& each : predefined) {
        if (each.name != name) continue;
        auto words = words_of(each.test);
        auto defined = define(std::string(name), *words);
        return defined ? by_name_.find(name)->second : nullptr;
    }
    return nullptr;
}

std::vector<std::string_view> Acls::names() const {
    std::vector<std::string_view> names;
    for (const auto& [name, acl] : by_name_) names.push_back(name);
    for (const Predefined& each : predefined) names.push_back(each.name);
    return names;
}

}  // namespace spliced::rules
