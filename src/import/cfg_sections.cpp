#include "spliced/import/cfg_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "spliced/import/word_list.hpp"

namespace spliced::import {
namespace {

/// What may stand in a section for the statistics page and say nothing about other traffic.
constexpr std::string_view page_words =
    "bind, mode, stats, maxconn, timeout, log, no log, option, no option, description, id, monitor-uri, acl, "
    "http-request use-service prometheus-exporter, backlog, enabled";
constexpr std::string_view page_marks =
    "stats enable, stats uri, stats auth, stats refresh, stats admin, stats show-*, stats hide-version, "
    "stats realm, "
    "http-request use-service prometheus-exporter";

std::optional<config::Sections> kind_of(const std::string& word) {
    if (word == "frontend") return config::in_frontend;
    if (word == "listen") return config::in_listen;
    if (word == "backend") return config::in_backend;
    return std::nullopt;
}

class Sorter {
  public:
    explicit Sorter(Cfg& cfg) : cfg_(cfg) {}

    Proxies sort() && {
        for (const auto& section : cfg_.sections) {
            if (section.kind == "defaults")
                add_defaults(section);
            else if (auto kind = kind_of(section.kind))
                add_proxy(section, *kind);
        }
        return std::move(found_);
    }

  private:
    /// A `defaults` without `from` begins anew.
    void add_defaults(const CfgSection& section) {
        Defaults fresh{section.name, section.verdict, {}};
        if (auto base = base_of(section)) fresh.lines = found_.defaults[*base].lines;
        for (const auto& line : section.lines) {
            if (begin_with_any(line.words, "no log")) {
                std::erase_if(fresh.lines, [](const CfgLine& each) { return each.words[0] == "log"; });
                cfg_.verdicts[line.verdict].find(Outcome::kept, "nothing is taken over");
            } else {
                fresh.lines.push_back(line);
            }
        }
        found_.defaults.push_back(std::move(fresh));
    }

    void add_proxy(const CfgSection& section, config::Sections kind) {
        Proxy proxy;
        proxy.kind = kind;
        proxy.name = section.name;
        proxy.verdict = section.verdict;
        if (section.from.empty()) {
            if (!found_.defaults.empty()) proxy.taken = found_.defaults.size() - 1;
        } else {
            proxy.taken = base_of(section);
        }
        for (const auto& line : section.lines) {
            if (begin_with_any(line.words, "no log")) {
                proxy.drops_logs = true;
                std::erase_if(proxy.lines, [](const CfgLine& each) { return each.words[0] == "log"; });
            } else {
                proxy.lines.push_back(line);
            }
        }
        settle_use(proxy);
        found_.proxies.push_back(std::move(proxy));
    }

    std::optional<std::size_t> base_of(const CfgSection& section) {
        if (section.from.empty()) return std::nullopt;
        for (std::size_t i = found_.defaults.size(); i-- > 0;)
            if (found_.defaults[i].name == section.from) return i;
        cfg_.verdicts[section.verdict].refuse(
            fmt::format("there is no 'defaults {}' above it", section.from));
        return std::nullopt;
    }

    std::vector<CfgLine> all_lines(const Proxy& proxy) const {
        std::vector<CfgLine> lines;
        if (proxy.taken) lines = found_.defaults[*proxy.taken].lines;
        lines.insert(lines.end(), proxy.lines.begin(), proxy.lines.end());
        return lines;
    }

    void settle_use(Proxy& proxy) const {
        auto lines = all_lines(proxy);
        proxy.mode = "tcp";
        bool disabled = false;
        for (const auto& line : lines) {
            if (line.words[0] == "mode" && line.words.size() > 1) proxy.mode = line.words[1];
            if (line.words[0] == "disabled") disabled = true;
            if (line.words[0] == "enabled") disabled = false;
        }
        if (disabled)
            proxy.use = Proxy::Use::disabled;
        else if (proxy.mode == "http" && proxy.kind != config::in_backend && is_status_page(proxy.lines))
            proxy.use = Proxy::Use::page;
        else if (proxy.mode != "tcp")
            proxy.use = Proxy::Use::other_mode;
    }

    Cfg& cfg_;
    Proxies found_;
};

}  // namespace

bool is_status_page(std::span<const CfgLine> lines) {
    bool marked = std::any_of(lines.begin(), lines.end(),
                              [](const CfgLine& line) { return begin_with_any(line.words, page_marks); });
    return marked && std::all_of(lines.begin(), lines.end(),
                                 [](const CfgLine& line) { return begin_with_any(line.words, page_words); });
}

Proxies sort_proxies(Cfg& cfg) {
    return Sorter(cfg).sort();
}

}  // namespace spliced::import
