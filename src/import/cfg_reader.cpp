#include "spliced/import/cfg_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "spliced/base/text.hpp"
#include "spliced/import/cfg_words.hpp"
#include "spliced/import/condition.hpp"

namespace spliced::import {
namespace {

constexpr std::array<std::string_view, 19> section_kinds{
    "global",   "defaults",  "frontend", "backend",     "listen",     "resolvers",   "peers",
    "mailers",  "userlist",  "ring",     "log-forward", "program",    "http-errors", "cache",
    "fcgi-app", "crt-store", "traces",   "acme",        "log-profile"};

bool is_section(std::string_view word) {
    return std::find(section_kinds.begin(), section_kinds.end(), word) != section_kinds.end();
}

/// Of an `.if`: whether its lines count now, and whether one of its branches has been taken.
struct Branch {
    bool active = false;
    bool taken = false;
    bool outer = true;  ///< the lines around it count
};

class Reader {
  public:
    explicit Reader(Variables variables) : variables_(std::move(variables)) {}

    void read(const config::SourceText& file);
    Cfg take() && { return std::move(cfg_); }

  private:
    void read_line(std::string_view line);
    void read_directive(const CfgWords& found);
    void read_condition(const CfgWords& found);
    void read_message(const CfgWords& found);
    void read_words(CfgWords found);
    void begin_section(const std::vector<std::string>& words);
    bool read_variable_keyword(std::span<const std::string> words);
    std::string value_of(std::string_view name, std::string_view fallback) const;
    bool is_active() const { return branches_.empty() || branches_.back().active; }
    Verdict& verdict() { return cfg_.verdicts.back(); }

    Variables variables_;
    Cfg cfg_;
    config::Location where_;
    std::vector<Branch> branches_;
    std::vector<std::string> comments_;  ///< since the last line
    bool in_section_ = false;
};

void Reader::read(const config::SourceText& file) {
    where_ = {file.file, 0};
    branches_.clear();
    comments_.clear();
    in_section_ = false;  // each file begins with a section of its own
    std::string_view rest = file.text;
    while (!rest.empty()) {
        auto end = std::min(rest.find('\n'), rest.size());
        auto line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        ++where_.line;
        read_line(trim(line));
    }
    if (!branches_.empty()) verdict().refuse("an '.endif' is missing below it");
}

std::string Reader::value_of(std::string_view name, std::string_view fallback) const {
    if (name == ".FILE") return where_.file;
    if (name == ".LINE") return std::to_string(where_.line);
    if (name == ".SECTION") return cfg_.sections.empty() ? "" : cfg_.sections.back().kind;
    return variables_.find(name).value_or(std::string(fallback));
}

void Reader::read_line(std::string_view line) {
    if (line.starts_with('#')) comments_.emplace_back(trim(line.substr(1)));
    if (line.empty() || line.front() == '#') return;
    Verdict fresh;
    fresh.comments = std::exchange(comments_, {});
    fresh.where = where_;
    fresh.line = fmt::format("{}", fmt::join(split_words(line), " "));
    cfg_.verdicts.push_back(std::move(fresh));
    auto found = split_cfg_line(line, [this](auto name, auto fallback) { return value_of(name, fallback); });
    bool nests = line.starts_with(".if") || line.starts_with(".el") || line.starts_with(".endif");
    if (!is_active() && !nests) return verdict().find(Outcome::ignored, "the condition above does not hold");
    if (!found) return verdict().refuse(found.error().message);
    if (found->words.empty()) return verdict().find(Outcome::ignored, "there is nothing in it");
    if (line.front() == '.') return read_directive(*found);
    read_words(std::move(*found));
}

void Reader::read_directive(const CfgWords& found) {
    const auto& word = found.words.front();
    if (word == ".if" || word == ".elif" || word == ".else" || word == ".endif") return read_condition(found);
    read_message(found);
}

void Reader::read_condition(const CfgWords& found) {
    const auto& word = found.words.front();
    if (word == ".if") branches_.push_back({false, false, is_active()});
    if (branches_.empty()) return verdict().refuse("there is no '.if' above it");
    auto& branch = branches_.back();
    if (word == ".endif") {
        branches_.pop_back();
        return verdict().find(Outcome::changed, "the INI file has no conditions");
    }
    bool wanted = branch.outer && !branch.taken;
    bool holds = wanted;
    if (wanted && word != ".else") {
        auto outcome = evaluate_condition(std::string_view(found.flat).substr(word.size()), variables_);
        if (!outcome) verdict().refuse(outcome.error().message);
        holds = outcome && *outcome;
    }
    branch.active = holds;
    branch.taken = branch.taken || holds;
    if (verdict().outcome != Outcome::refused)
        verdict().find(Outcome::changed,
                       holds ? "it holds: the lines below count" : "the lines below do not count");
}

void Reader::read_message(const CfgWords& found) {
    const auto& word = found.words.front();
    if (word == ".alert") return verdict().refuse("the file itself asks not to be used");
    if (word == ".notice" || word == ".warning" || word == ".diag")
        return verdict().find(Outcome::ignored, "a message of the file to its reader");
    verdict().refuse("HAProxy knows no such directive");
}

void Reader::read_words(CfgWords found) {
    if (is_section(found.words.front())) return begin_section(found.words);
    if (!in_section_) return verdict().refuse("it stands before the first section");
    if (cfg_.sections.back().kind == "global" && read_variable_keyword(found.words)) return;
    CfgLine line{cfg_.verdicts.size() - 1, std::move(found.words), found.expanded};
    if (line.expanded) verdict().find(Outcome::changed, "variables are replaced by their values of now");
    cfg_.sections.back().lines.push_back(std::move(line));
}

void Reader::begin_section(const std::vector<std::string>& words) {
    in_section_ = true;
    CfgSection section;
    section.kind = words[0];
    section.verdict = cfg_.verdicts.size() - 1;
    std::size_t at = 1;
    if (at < words.size() && words[at] != "from") section.name = words[at++];
    if (at + 1 < words.size() && words[at] == "from") {
        section.from = words[at + 1];
        at += 2;
    }
    if (at < words.size()) verdict().refuse(fmt::format("'{}' is not expected there", words[at]));
    cfg_.sections.push_back(std::move(section));
}

/// They work while the file is read, and have no place in the result.
bool Reader::read_variable_keyword(std::span<const std::string> words) {
    const auto& keyword = words.front();
    auto rest = words.subspan(1);
    bool sets = keyword == "setenv" || keyword == "presetenv";
    if (!sets && keyword != "unsetenv" && keyword != "resetenv") return false;
    if (sets && rest.size() != 2) {
        verdict().refuse("it takes a name and a value");
        return true;
    }
    if (sets && (keyword == "setenv" || !variables_.find(rest[0]))) variables_.set(rest[0], rest[1]);
    if (keyword == "unsetenv")
        for (const auto& name : rest) variables_.unset(name);
    if (keyword == "resetenv") variables_.keep_only(rest);
    verdict().find(Outcome::changed,
                   "the INI file has no variables: their values are written where they are used");
    return true;
}

}  // namespace

Cfg read_cfg(const std::vector<config::SourceText>& files, Variables variables) {
    Reader reader(std::move(variables));
    for (const auto& file : files) reader.read(file);
    return std::move(reader).take();
}

}  // namespace spliced::import
