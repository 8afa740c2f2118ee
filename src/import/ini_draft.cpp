#include "spliced/import/ini_draft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "spliced/base/text.hpp"
#include "spliced/config/keywords.hpp"
#include "spliced/config/mistakes.hpp"

namespace spliced::import {
namespace {

constexpr unsigned everywhere = ~0U;

/// The ways to check a server exclude each other.
constexpr std::array<std::string_view, 10> kinds_of_checks{
    "option tcp-check",     "option httpchk",       "option mysql-check", "option pgsql-check",
    "option redis-check",   "option smtpchk",       "option ldap-check",  "option spop-check",
    "option ssl-hello-chk", "option external-check"};

bool is_check_kind(std::string_view key) {
    return std::find(kinds_of_checks.begin(), kinds_of_checks.end(), key) != kinds_of_checks.end();
}

bool stands_once(const std::string& key) {
    const auto* keyword = config::find_keyword(key, everywhere);
    return keyword != nullptr && !config::may_repeat(*keyword) && !config::takes_name(*keyword);
}

bool replaces(const IniEntry& fresh, const IniEntry& old) {
    if (fresh.key == old.key) return stands_once(fresh.key);
    return is_check_kind(fresh.key) && is_check_kind(old.key) && fresh.value != "no";
}

class Writer {
  public:
    Writer(const IniDraft& draft, const std::vector<Verdict>& verdicts)
        : draft_(draft), verdicts_(verdicts) {}

    IniText write() && {
        line("; Made by spliced --import from a configuration of HAProxy's. Its report tells of each line.",
             {});
        for (std::size_t i = 0; i < draft_.size(); ++i) section(i);
        return std::move(result_);
    }

  private:
    void section(std::size_t number) {
        const auto& section = draft_[number];
        line("", {});
        comments_of(section.verdict);
        if (!section.refusal.empty()) {
            line(printable(fmt::format("; refused: [{}]: {}", section.header, section.refusal)), {});
            return;
        }
        line(fmt::format("[{}]", section.header), {number, no_verdict});
        std::size_t width = 0;
        for (const auto& entry : section.entries) width = std::max(width, std::min(entry.key.size(), widest));
        bool told = false;
        for (std::size_t i = 0; i < section.entries.size(); ++i) {
            const auto& entry = section.entries[i];
            if (entry.verdict == no_verdict && !std::exchange(told, true))
                line("; HAProxy's defaults, where those of spliced differ", {});
            comments_of(entry.verdict);
            if (entry.refusal.empty())
                line(fmt::format("{:<{}} = {}", entry.key, width, entry.value), {number, i});
            else
                line(printable(fmt::format("; refused: {}: {}", source_of(entry), entry.refusal)), {});
        }
    }

    /// Once, where the line is written first.
    void comments_of(std::size_t number) {
        if (number == no_verdict || !told_.insert(number).second) return;
        for (const auto& comment : verdicts_[number].comments)
            line(comment.empty() ? ";" : "; " + printable(comment), {});
    }

    static std::string printable(std::string text) {
        std::replace_if(
            text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
        return text;
    }

    std::string source_of(const IniEntry& entry) const {
        if (entry.verdict == no_verdict) return fmt::format("{} = {}", entry.key, entry.value);
        const auto& verdict = verdicts_[entry.verdict];
        return fmt::format("{}: {}", config::text_of(verdict.where), verdict.line);
    }

    void line(const std::string& text, IniOrigin origin) {
        result_.text += text + "\n";
        result_.origins.push_back(origin);
    }

    static constexpr std::size_t widest = 24;

    const IniDraft& draft_;
    const std::vector<Verdict>& verdicts_;
    IniText result_;
    std::set<std::size_t> told_;  ///< lines whose comments are written
};

}  // namespace

void add_entry(std::vector<IniEntry>& entries, IniEntry entry, std::vector<Verdict>* tell) {
    auto old = std::find_if(entries.begin(), entries.end(),
                            [&](const IniEntry& each) { return replaces(entry, each); });
    if (old != entries.end()) {
        if (tell != nullptr && old->verdict != no_verdict && old->verdict != entry.verdict)
            (*tell)[old->verdict].find(Outcome::ignored,
                                       fmt::format("line {} says it again, and the last one counts",
                                                   (*tell)[entry.verdict].where.line));
        entries.erase(old);
    }
    entries.push_back(std::move(entry));
}

const std::string* value_of(const std::vector<IniEntry>& entries, std::string_view key) {
    auto found =
        std::find_if(entries.begin(), entries.end(), [&](const IniEntry& each) { return each.key == key; });
    return found == entries.end() ? nullptr : &found->value;
}

IniText write_ini(const IniDraft& draft, const std::vector<Verdict>& verdicts) {
    return Writer(draft, verdicts).write();
}

}  // namespace spliced::import
