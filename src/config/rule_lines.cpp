#include "spliced/config/rule_lines.hpp"

#include <filesystem>
#include <utility>

namespace spliced::config {
namespace {

/// A list of networks of a whole continent has a few megabytes.
constexpr std::size_t max_pattern_file = std::size_t{64} << 20;

std::string beside(const std::string& file, std::string_view path) {
    return (std::filesystem::absolute(file).parent_path() / path).lexically_normal().string();
}

std::uint32_t digest_of(std::string_view text) {
    std::uint32_t digest = 2166136261;  // FNV-1a
    for (char c : text) digest = (digest ^ static_cast<unsigned char>(c)) * 16777619;
    return digest;
}

/// What is read of one line: the acls that it may use, the files that it names, and the line as the dump
/// shows it. There the path of a file is absolute, and a remark tells whether its content has changed.
class RuleLine {
  public:
    RuleLine(const Line& line, ProxyDraft& proxy) : line_(line), proxy_(proxy) {}

    /// False where it cannot be split into words.
    bool open() {
        auto words = rules::words_of(line_.value);
        if (!line_.check(words)) return false;
        words_ = std::move(*words);
        bool is_file = false;
        for (std::string& word : words_) {
            if (is_file) word = beside(line_.where.file, word);
            is_file = word == "-f";
            text_ += text_.empty() ? "" : " ";
            text_ += rules::quoted(word);
        }
        proxy_.acls.set_reader([this](std::string_view path) { return read_file(std::string(path)); });
        return true;
    }
    ~RuleLine() { proxy_.acls.set_reader({}); }
    RuleLine(const RuleLine&) = delete;
    RuleLine& operator=(const RuleLine&) = delete;

    std::span<const std::string> words() const { return words_; }
    const std::string& text() const { return text_; }
    std::string text_with_remark() const { return text_ + remark_; }

  private:
    Result<std::string> read_file(const std::string& path) {
        auto content = line_.environment.read_file(path, max_pattern_file);
        if (!content) return content;
        rules_of(proxy_).pattern_files.push_back(path);
        remark_ += fmt::format("{}{} bytes, {:08x}", remark_.empty() ? " ; " : "; ", content->size(),
                               digest_of(*content));
        return content;
    }

    const Line& line_;
    ProxyDraft& proxy_;
    std::vector<std::string> words_;
    std::string text_;
    std::string remark_;
};

}  // namespace

SectionRules& rules_of(ProxyDraft& proxy) {
    return proxy.has_front() ? proxy.front.rules : proxy.back.rules;
}

void read_acl(const Line& line, ProxyDraft& proxy) {
    RuleLine rule(line, proxy);
    if (!rule.open()) return;
    if (line.name == "or" || line.name == "if" || line.name == "unless")
        return line.error("the name is a word of conditions; choose another");
    if (!line.check(proxy.acls.define(std::string(line.name), rule.words()))) return;
    rules_of(proxy).acls.push_back({std::string(line.name), rule.text_with_remark()});
}

void read_request_rule(const Line& line, ProxyDraft& proxy) {
    RuleLine rule(line, proxy);
    if (!rule.open()) return;
    auto read = rules::read_rule(rule.text(), proxy.acls);
    if (!line.check(read)) return;
    if (!proxy.has_front() && read->stage != rules::Stage::content)
        return line.error(
            fmt::format("'{}' belongs to [frontend] or [listen]: a backend's rules are looked at "
                        "when it has been chosen; write 'content'",
                        rule.words().front()));
    read->rule.line = line.where.line;
    read->rule.text = rule.text_with_remark();
    rules_of(proxy).requests.at(read->stage).push_back(std::move(read->rule));
}

void read_backend_rule(const Line& line, ProxyDraft& proxy) {
    RuleLine rule(line, proxy);
    if (!rule.open()) return;
    auto condition = rules::read_condition(rule.text(), proxy.acls, rules::Stage::content);
    if (!line.check(condition)) return;
    rules_of(proxy).backends.push_back(
        {std::string(line.name), 0, std::move(*condition), rule.text_with_remark(), line.where.line});
}

void read_server_rule(const Line& line, ProxyDraft& proxy) {
    RuleLine rule(line, proxy);
    if (!rule.open()) return;
    auto condition = rules::read_condition(rule.text(), proxy.acls, rules::Stage::content);
    if (!line.check(condition)) return;
    proxy.back.server_rules.push_back(
        {std::string(line.name), std::move(*condition), rule.text_with_remark(), line.where.line});
}

namespace {

/// "KEY [table T] [if|unless CONDITION]"
Result<void> read_stickiness(rules::Words& words, rules::Acls& acls, StickRule& rule) {
    if (words.done()) return Error{"the key is missing: stick = on src"};
    auto key = rules::Expression::parse(words.take());
    if (!key) return key.error();
    rule.key = std::move(*key);
    rule.table.kind = rules::ArgumentKind::table;
    if (words.take_if("table")) {
        if (words.done()) return Error{"the name of the table is missing"};
        rule.table.text = words.take();
    }
    if (words.done()) return {};
    bool is_negated = words.take_if("unless");
    if (!is_negated && !words.take_if("if"))
        return Error{fmt::format("unexpected '{}': 'table', 'if' or 'unless' is wanted", words.peek())};
    auto condition = rules::Condition::parse(words, acls, is_negated);
    if (!condition) return condition.error();
    rule.condition = std::move(*condition);
    return {};
}

}  // namespace

void read_stick_rule(const Line& line, ProxyDraft& proxy) {
    RuleLine read(line, proxy);
    if (!read.open()) return;
    rules::Words words(read.words());
    StickRule rule;
    auto verb = words.take();
    rule.matches = verb == "on" || verb == "match";
    rule.stores = verb == "on" || verb == "store-request";
    if (verb == "store-response")
        return line.error("'store-response' looks into what servers send; this proxy does not");
    if (!rule.matches && !rule.stores)
        return line.error(fmt::format("'{}': 'on', 'match' or 'store-request' is wanted", verb));
    if (!line.check(read_stickiness(words, proxy.acls, rule))) return;
    rule.text = read.text_with_remark();
    rule.line = line.where.line;
    proxy.back.stick_rules.push_back(std::move(rule));
}

}  // namespace spliced::config
