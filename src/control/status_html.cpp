#include "spliced/control/status_html.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "spliced/control/markup.hpp"

namespace spliced::control {
namespace {

/// Without script a page that comes anew jumps about, so not too often.
constexpr long long shortest_reload = 5;

constexpr std::string_view icon =
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath "
    "d='M1 4h4l6 8h4M1 12h4l2-2.7M9 6.7 11 4h4' fill='none' stroke='%232a78d6' "
    "stroke-width='2'/%3E%3C/svg%3E";

/// A figure of `show info`.
std::string info_of(const StatusView& view, std::string_view name) {
    for (const InfoValue& each : view.info)
        if (each.field->name == name) return text_of(each.value);
    return {};
}

std::uint64_t number_of(const StatusView& view, std::string_view name) {
    for (const InfoValue& each : view.info)
        if (each.field->name == name) {
            const auto* number = std::get_if<std::uint64_t>(&each.value);
            return number ? *number : 0;
        }
    return 0;
}

std::string fact(std::string_view name, std::string_view value, std::string_view remark) {
    return fmt::format("<div><dt>{}</dt><dd>{} <small>{}</small></dd></div>\n", name, value, remark);
}

std::string facts_html(const StatusView& view) {
    const proxy::Shared& shared = view.admin.engine.shared();
    const relay::Resources& resources = shared.resources;
    const Reload& reload = view.admin.reload;
    auto number = [&](std::string_view name) { return grouped(number_of(view, name)); };
    std::string text = "<dl class=\"facts\">\n";
    text += fact("Connections", number("CurrConns"),
                 fmt::format("of {}, {} in all", number("Maxconn"), number("CumConns")));
    text += fact("New a second", number("ConnRate"), fmt::format("peak {}", number("MaxConnRate")));
    text += fact("Spliced", bytes_text(static_cast<double>(resources.spliced_bytes)),
                 fmt::format("{} copied", bytes_text(static_cast<double>(resources.copied_bytes))));
    text += fact("Pipes in use", number("PipesUsed"),
                 fmt::format("{} idle, limit {}{}", number("PipesFree"), number("Maxpipes"),
                             resources.pipes.refused() > 0
                                 ? fmt::format(", {} refused", grouped(resources.pipes.refused()))
                                 : std::string()));
    text += fact("Accept pauses", grouped(shared.accept_shortages), "for want of descriptors or memory");
    text += fact("Reloads", grouped(reload.succeeded()), fmt::format("{} failed", grouped(reload.failed())));
    text += fact("Busy", fmt::format("{} %", 100 - std::min<std::uint64_t>(100, number_of(view, "Idle_pct"))),
                 "of one processor");
    return text + "</dl>\n";
}

std::string top_html(const StatusView& view, const Verdict& verdict) {
    const std::string& description = view.admin.engine.config().global.description;
    std::string text = fmt::format(
        "<header class=\"top\">\n<div><h1>spliced <span>on {}</span></h1>\n"
        "<p class=\"muted\">{}{}version {}, up {}, process {}</p></div>\n"
        "<p class=\"verdict {}\" id=\"verdict\"><i></i>{}</p>\n</header>\n",
        escaped(info_of(view, "node")), escaped(description), description.empty() ? "" : "; ",
        escaped(info_of(view, "Version")), span_text(number_of(view, "Uptime_sec")), info_of(view, "Pid"),
        verdict.grade, escaped(verdict.text));
    if (view.admin.engine.is_stopping())
        text += "<p class=\"notice\">This process is stopping: it takes no new connections.</p>\n";
    return text;
}

std::string head_html(const StatusView& view, const Verdict& verdict) {
    long long refresh = view.admin.engine.config().page.refresh.count();
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<title>{} - spliced on {}</title>\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<link rel=\"icon\" href=\"{}\">\n<link rel=\"stylesheet\" href=\"/status.css\">\n"
        "<noscript><meta http-equiv=\"refresh\" content=\"{}\"></noscript>\n"
        "<script src=\"/status.js\" defer></script>\n</head>\n<body data-refresh=\"{}\">\n"
        "<p id=\"stale\" role=\"status\" hidden>No answer from the proxy: these figures are old.</p>\n",
        escaped(verdict.text), escaped(info_of(view, "node")), icon,
        std::max(shortest_reload, (refresh + 999) / 1000), refresh);
}

constexpr std::string_view foot =
    "<footer class=\"muted\">Graphs show the last 10 minutes. The same figures for programs: <a "
    "href=\"/metrics\">Prometheus</a>, "
    "<a href=\"/;csv\">CSV</a>, <a href=\"/stats.json\">JSON</a>, <a href=\"/healthz\">health</a></footer>\n";

}  // namespace

std::string status_html(const StatusView& view) {
    Verdict verdict = verdict_of(view.rows);
    std::string text = head_html(view, verdict) + "<main>\n" + top_html(view, verdict) + facts_html(view);
    for (auto rest = view.rows; !rest.empty();) {
        auto end = std::ranges::find_if(rest, [&](const StatRow& row) { return row.iid != rest[0].iid; });
        auto size = static_cast<std::size_t>(end - rest.begin());
        text += proxy_html(view, rest.first(size));
        rest = rest.subspan(size);
    }
    return text.append(foot) + "</main>\n</body>\n</html>\n";
}

}  // namespace spliced::control
