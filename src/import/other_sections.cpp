#include "spliced/import/other_sections.hpp"

#include <fmt/format.h>

#include "spliced/config/section_header.hpp"
#include "spliced/import/convert.hpp"

namespace spliced::import {
namespace {

/// Whose loss leaves the process with more rights than it had.
constexpr std::string_view guards = "user, group, uid, gid, chroot, unix-bind";

void add_lines(Cfg& cfg, const CfgSection& from, unsigned section, std::vector<IniEntry>& entries) {
    for (const auto& line : from.lines) {
        auto conversion = convert_line(line.words, section);
        auto& judged = cfg.verdicts[line.verdict];
        bool guard = section == config::in_global && begin_with_any(line.words, guards);
        if (conversion.unsafe || (guard && conversion.outcome == Outcome::refused))
            judged.refuse_for_safety(conversion.reason);
        else if (conversion.outcome == Outcome::refused)
            judged.refuse(conversion.reason);
        else
            judged.find(conversion.outcome, conversion.reason);
        for (const auto& setting : conversion.settings) {
            if (conversion.outcome == Outcome::changed || line.expanded)
                judged.becomes.push_back(fmt::format("{} = {}", setting.key, setting.value));
            add_entry(entries, {setting.key, setting.value, line.verdict, {}}, &cfg.verdicts);
        }
    }
}

std::optional<config::Sections> known_kind(const std::string& header) {
    config::Mistakes mistakes;
    auto found = config::read_section_header(header, {}, mistakes);
    if (!found || mistakes.any_error()) return std::nullopt;
    return found->section;
}

/// Whoever sorts syslog by HAProxy's tag goes on to find the lines.
void write_out(Cfg& cfg, IniSection& global) {
    bool logs = value_of(global.entries, "log") != nullptr;
    bool has_tag = value_of(global.entries, "log-tag") != nullptr;
    if (!logs || has_tag || config::find_keyword("log-tag", config::in_global) == nullptr) return;
    global.entries.push_back({"log-tag", "haproxy", no_verdict, {}});
    cfg.verdicts[global.verdict].find(Outcome::changed,
                                      "HAProxy's defaults are written out: log-tag = haproxy");
}

void leave_out(Cfg& cfg, const CfgSection& section) {
    auto kind = std::vector{section.kind};
    const auto* rule = find_rule(section_rules(), Words(kind));
    auto outcome = rule != nullptr ? rule->outcome : Outcome::refused;
    auto& header = cfg.verdicts[section.verdict];
    if (outcome == Outcome::refused)
        header.refuse(rule != nullptr ? std::string(rule->reason) : "this version has no such section");
    else
        header.find(outcome, std::string(rule->reason));
    for (const auto& line : section.lines) cfg.verdicts[line.verdict].find(outcome, "as its section");
}

}  // namespace

void add_global(Cfg& cfg, IniDraft& draft) {
    IniSection global{"global", no_verdict, {}, {}};
    for (const auto& section : cfg.sections) {
        if (section.kind != "global") continue;
        if (global.verdict == no_verdict) global.verdict = section.verdict;
        add_lines(cfg, section, config::in_global, global.entries);
    }
    write_out(cfg, global);
    if (!global.entries.empty()) draft.push_back(std::move(global));
}

void add_other_sections(Cfg& cfg, IniDraft& draft) {
    for (const auto& section : cfg.sections) {
        if (section.kind == "global" || section.kind == "defaults" || section.kind == "listen" ||
            section.kind == "frontend" || section.kind == "backend")
            continue;
        auto header = section.name.empty() ? section.kind : fmt::format("{} {}", section.kind, section.name);
        auto kind = known_kind(header);
        if (!kind) {
            leave_out(cfg, section);
            continue;
        }
        IniSection fresh{header, section.verdict, {}, {}};
        add_lines(cfg, section, *kind, fresh.entries);
        draft.push_back(std::move(fresh));
    }
}

}  // namespace spliced::import
