#include "spliced/import/status_page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "spliced/import/convert.hpp"

namespace spliced::import {
namespace {

bool asks_for_password(const Proxy& proxy, const Proxies& proxies) {
    auto asks = [](const CfgLine& line) {
        return begin_with_any(line.words, "stats auth, stats http-request");
    };
    return std::any_of(proxy.lines.begin(), proxy.lines.end(), asks) ||
           (proxy.taken && std::any_of(proxies.defaults[*proxy.taken].lines.begin(),
                                       proxies.defaults[*proxy.taken].lines.end(), asks));
}

class Page {
  public:
    Page(Cfg& cfg, IniSection& section) : cfg_(cfg), section_(section) {}

    void add(const CfgLine& line) {
        const auto& words = line.words;
        if (words[0] == "bind") return add_bind(line);
        if (begin_with_any(words, "stats refresh") && words.size() > 2)
            return become(line, {"refresh", words[2]}, "");
        if (words[0] == "maxconn" && words.size() > 1) return become(line, {"maxconn", words[1]}, "");
        auto& judged = cfg_.verdicts[line.verdict];
        if (begin_with_any(words, "stats uri"))
            return judged.find(Outcome::changed, "the page is at '/', and its CSV at '/;csv'");
        if (begin_with_any(words, "http-request"))
            return judged.find(Outcome::changed, "/metrics is always there");
        if (begin_with_any(words, "stats admin"))
            return judged.find(Outcome::ignored,
                               "the page only shows; 'stats socket' and splicectl change things");
        if (words[0] == "mode") return judged.find(Outcome::changed, "[stats] speaks HTTP");
        judged.find(Outcome::ignored, "[stats] needs no such word");
    }

  private:
    void add_bind(const CfgLine& line) {
        auto conversion = convert_page_bind(line.words);
        auto& judged = cfg_.verdicts[line.verdict];
        if (conversion.outcome == Outcome::refused) {
            if (conversion.unsafe) return judged.refuse_for_safety(conversion.reason);
            return judged.refuse(conversion.reason);
        }
        for (const auto& setting : conversion.settings)
            section_.entries.push_back({setting.key, setting.value, line.verdict, {}});
        judged.find(conversion.outcome, conversion.reason);
        if (conversion.outcome != Outcome::changed) return;
        for (const auto& setting : conversion.settings)
            judged.becomes.push_back(fmt::format("{} = {}", setting.key, setting.value));
    }

    void become(const CfgLine& line, Setting setting, std::string reason) {
        auto& judged = cfg_.verdicts[line.verdict];
        judged.find(Outcome::changed, std::move(reason));
        judged.becomes.push_back(fmt::format("{} = {}", setting.key, setting.value));
        add_entry(section_.entries, {setting.key, setting.value, line.verdict, {}}, &cfg_.verdicts);
    }

    Cfg& cfg_;
    IniSection& section_;
};

void refuse(Cfg& cfg, const Proxy& proxy, IniDraft& draft) {
    constexpr std::string_view reason =
        "the page has no passwords here: whoever reaches its address may read it. Write [stats] with a "
        "'bind' "
        "on the loopback instead";
    cfg.verdicts[proxy.verdict].refuse(std::string(reason));
    for (const auto& line : proxy.lines) cfg.verdicts[line.verdict].refuse("its section is refused");
    draft.push_back({"stats", proxy.verdict, {}, std::string(reason)});
}

}  // namespace

void add_status_page(Cfg& cfg, const Proxies& proxies, IniDraft& draft) {
    IniSection section{"stats", no_verdict, {}, {}};
    for (const auto& proxy : proxies.proxies) {
        if (proxy.use != Proxy::Use::page) continue;
        if (asks_for_password(proxy, proxies)) {
            refuse(cfg, proxy, draft);
            continue;
        }
        if (section.verdict == no_verdict) section.verdict = proxy.verdict;
        cfg.verdicts[proxy.verdict].find(Outcome::changed, "the status page is the section [stats]");
        Page page(cfg, section);
        for (const auto& line : proxy.lines) page.add(line);
    }
    if (section.verdict != no_verdict) draft.push_back(std::move(section));
}

}  // namespace spliced::import
