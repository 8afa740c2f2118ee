#include "spliced/import/assemble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "spliced/import/cfg_sections.hpp"
#include "spliced/import/convert.hpp"
#include "spliced/import/default_servers.hpp"
#include "spliced/import/other_sections.hpp"
#include "spliced/import/status_page.hpp"
#include "spliced/import/written_out.hpp"

namespace spliced::import {
namespace {

constexpr unsigned of_proxies =
    config::in_defaults | config::in_frontend | config::in_listen | config::in_backend;

std::string_view word_of(config::Sections kind) {
    return kind == config::in_frontend ? "frontend" : kind == config::in_backend ? "backend" : "listen";
}

/// A line of a `defaults` that our [defaults] has no place for, but the sections have.
bool goes_into_sections(const CfgLine& line) {
    bool negated = line.words[0] == "no" && line.words.size() > 1;
    auto words = Words(line.words).subspan(negated ? 1 : 0);
    return own_keyword(words, config::in_defaults) == nullptr && own_keyword(words, of_proxies) != nullptr;
}

class Assembler {
  public:
    explicit Assembler(Cfg& cfg) : cfg_(cfg), proxies_(sort_proxies(cfg)) {}

    IniDraft assemble() &&;

  private:
    using Entries = std::vector<IniEntry>;

    void add_proxy(const Proxy& proxy);
    void leave_out(const Proxy& proxy);
    void switch_defaults(const Proxy& proxy);
    Entries entries_of(const std::vector<CfgLine>& lines, unsigned section);
    Entries shared_entries(const Proxy& proxy);
    Entries spilled_entries(const Proxy& proxy);
    std::optional<std::string> tunnel_of_backend(const Entries& effective) const;
    void note_written_out(std::size_t verdict, const std::vector<Setting>& settings);
    void judge_unused_defaults();
    Verdict& verdict(std::size_t number) { return cfg_.verdicts[number]; }

    Cfg& cfg_;
    Proxies proxies_;
    IniDraft draft_;
    /// What the last [defaults] written stands for: which one, and whether without its logs.
    std::optional<std::pair<std::size_t, bool>> current_;
    Entries current_entries_;
    std::vector<bool> used_ = std::vector<bool>(proxies_.defaults.size());
};

IniDraft Assembler::assemble() && {
    add_global(cfg_, draft_);
    add_status_page(cfg_, proxies_, draft_);
    add_other_sections(cfg_, draft_);
    for (const auto& proxy : proxies_.proxies) {
        if (proxy.use == Proxy::Use::tcp)
            add_proxy(proxy);
        else if (proxy.use != Proxy::Use::page)
            leave_out(proxy);
    }
    judge_unused_defaults();
    return std::move(draft_);
}

void Assembler::leave_out(const Proxy& proxy) {
    bool disabled = proxy.use == Proxy::Use::disabled;
    if (disabled)
        verdict(proxy.verdict).find(Outcome::ignored, "the section is disabled: HAProxy leaves it out too");
    else
        verdict(proxy.verdict)
            .refuse_for_safety(
                fmt::format("'mode {}' is not there, and its rules would be lost: TCP is relayed, "
                            "not looked into",
                            proxy.mode));
    for (const auto& line : proxy.lines)
        disabled ? verdict(line.verdict).find(Outcome::ignored, "its section is disabled")
                 : verdict(line.verdict).refuse("its section is refused");
}

Assembler::Entries Assembler::entries_of(const std::vector<CfgLine>& lines, unsigned section) {
    Entries entries;
    DefaultServers default_servers;
    for (const auto& line : lines) {
        auto conversion = convert_line(line.words, section);
        auto& judged = verdict(line.verdict);
        if (conversion.unsafe)
            judged.refuse_for_safety(conversion.reason);
        else if (conversion.outcome == Outcome::refused)
            judged.refuse(conversion.reason);
        else
            judged.find(conversion.outcome, conversion.reason);
        for (auto& setting : conversion.settings) {
            if (conversion.outcome == Outcome::changed || line.expanded) {
                auto text = fmt::format("{} = {}", setting.key, setting.value);
                if (std::find(judged.becomes.begin(), judged.becomes.end(), text) == judged.becomes.end())
                    judged.becomes.push_back(text);
            }
            if (default_servers.merge(entries, setting, line.verdict)) continue;
            add_entry(entries, {setting.key, setting.value, line.verdict, {}}, &cfg_.verdicts);
        }
    }
    return entries;
}

Assembler::Entries Assembler::shared_entries(const Proxy& proxy) {
    if (!proxy.taken) return {};
    std::vector<CfgLine> lines;
    for (const auto& line : proxies_.defaults[*proxy.taken].lines)
        if (!goes_into_sections(line) && !(proxy.drops_logs && line.words[0] == "log")) lines.push_back(line);
    return entries_of(lines, config::in_defaults);
}

/// Only what is for this kind of section; HAProxy hands nothing else down either.
Assembler::Entries Assembler::spilled_entries(const Proxy& proxy) {
    if (!proxy.taken) return {};
    std::vector<CfgLine> lines;
    for (const auto& line : proxies_.defaults[*proxy.taken].lines)
        if (goes_into_sections(line) && own_keyword(line.words, proxy.kind) != nullptr) lines.push_back(line);
    return entries_of(lines, proxy.kind);
}

void Assembler::note_written_out(std::size_t number, const std::vector<Setting>& settings) {
    auto& judged = verdict(number);
    if (settings.empty() || judged.outcome == Outcome::refused) return;
    std::vector<std::string> texts;
    texts.reserve(settings.size());
    for (const auto& setting : settings) texts.push_back(fmt::format("{} = {}", setting.key, setting.value));
    judged.find(Outcome::changed,
                fmt::format("HAProxy's defaults are written out: {}", fmt::join(texts, ", ")));
}

/// [defaults] is written anew where the last one is another.
void Assembler::switch_defaults(const Proxy& proxy) {
    if (!proxy.taken) return;  // none stands above: the draft holds none yet
    used_[*proxy.taken] = true;
    auto wanted = std::pair(*proxy.taken, proxy.drops_logs);
    if (current_ == wanted) return;
    current_ = wanted;
    current_entries_ = shared_entries(proxy);
    auto number = proxies_.defaults[*proxy.taken].verdict;
    auto settings = written_out(current_entries_, config::in_defaults, {});
    note_written_out(number, settings);
    for (auto& setting : settings) current_entries_.push_back({setting.key, setting.value, no_verdict, {}});
    draft_.push_back({"defaults", number, current_entries_, {}});
}

/// Of the `default_backend`; the frontend's own half-closed connections follow it.
std::optional<std::string> Assembler::tunnel_of_backend(const Entries& effective) const {
    const auto* chosen = value_of(effective, "default_backend");
    if (chosen == nullptr) return std::nullopt;
    for (const auto& proxy : proxies_.proxies) {
        if (proxy.name != *chosen || proxy.kind == config::in_frontend) continue;
        std::optional<std::string> tunnel;
        auto look = [&](const std::vector<CfgLine>& lines) {
            for (const auto& line : lines)
                if (begin_with_any(line.words, "timeout tunnel") && line.words.size() > 2)
                    tunnel = line.words[2];
        };
        if (proxy.taken) look(proxies_.defaults[*proxy.taken].lines);
        look(proxy.lines);
        return tunnel;
    }
    return std::nullopt;
}

void Assembler::add_proxy(const Proxy& proxy) {
    switch_defaults(proxy);
    auto own = spilled_entries(proxy);
    for (auto& entry : entries_of(proxy.lines, proxy.kind)) add_entry(own, std::move(entry), nullptr);
    Entries effective;
    for (const auto& entry : current_entries_)
        if (proxy.taken && entry.verdict != no_verdict) effective.push_back(entry);
    for (const auto& entry : own) add_entry(effective, entry, nullptr);
    std::vector<Setting> missing;
    for (auto& setting : written_out(effective, proxy.kind, tunnel_of_backend(effective))) {
        const auto* given = proxy.taken ? value_of(current_entries_, setting.key) : nullptr;
        if (given == nullptr || *given != setting.value) missing.push_back(std::move(setting));
    }
    note_written_out(proxy.verdict, missing);
    for (auto& setting : missing) own.push_back({setting.key, setting.value, no_verdict, {}});
    draft_.push_back(
        {fmt::format("{} {}", word_of(proxy.kind), proxy.name), proxy.verdict, std::move(own), {}});
}

/// Their lines are looked at all the same, so that each has its verdict.
void Assembler::judge_unused_defaults() {
    for (std::size_t i = 0; i < used_.size(); ++i) {
        if (used_[i]) continue;
        const auto& defaults = proxies_.defaults[i];
        for (const auto& line : defaults.lines) {
            bool inherited_and_used = false;
            for (std::size_t other = 0; other < used_.size(); ++other)
                for (const auto& each : proxies_.defaults[other].lines)
                    inherited_and_used = inherited_and_used || (used_[other] && each.verdict == line.verdict);
            if (!inherited_and_used)
                verdict(line.verdict).find(Outcome::ignored, "no section takes these defaults");
        }
    }
}

}  // namespace

IniDraft assemble(Cfg& cfg) {
    return Assembler(cfg).assemble();
}

}  // namespace spliced::import
