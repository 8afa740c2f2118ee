// The part of the status page that shows one proxy: its graphs, and a table of its clients and servers.
#include <fmt/format.h>

#include <algorithm>

#include "spliced/control/markup.hpp"
#include "spliced/control/sparkline.hpp"
#include "spliced/control/status_html.hpp"

namespace spliced::control {
namespace {

std::uint64_t number(const StatRow& row, std::size_t place) {
    const auto* whole = std::get_if<std::uint64_t>(&row[place]);
    return whole == nullptr ? 0 : *whole;
}

bool has(const StatRow& row, std::size_t place) {
    return !std::holds_alternative<std::monostate>(row[place]);
}

const StatRow* find(std::span<const StatRow> rows, StatKind kind) {
    auto found = std::ranges::find_if(rows, [&](const StatRow& row) { return row.kind == kind; });
    return found == rows.end() ? nullptr : &*found;
}

std::string badge(std::string_view status) {
    return fmt::format("<span class=\"badge {}\">{}</span>", grade_of(status), escaped(status));
}

/// One cell. On a narrow screen the label stands in front of it, as the table's head does on a wide one.
std::string cell(std::string_view label, std::string_view content, std::string_view remark = {}) {
    std::string small = remark.empty() ? std::string() : fmt::format(" <small>{}</small>", remark);
    return fmt::format("<td data-label=\"{}\"{}>{}{}</td>", label, content.empty() ? " class=\"none\"" : "",
                       content, small);
}

std::string bytes(const StatRow& row, std::size_t place) {
    return bytes_text(static_cast<double>(number(row, place)));
}

std::string name_cell(const StatRow& row, std::span<const StatRow> rows) {
    if (row.kind == StatKind::backend) return "<th scope=\"row\">all servers</th>";
    if (row.kind == StatKind::server)
        return fmt::format("<th scope=\"row\">{} <small>{}</small></th>",
                           escaped(text_of(row[column::svname])), escaped(text_of(row[column::addr])));
    constexpr std::size_t most = 3;
    std::string addresses;
    std::size_t count = 0;
    for (const StatRow& listener : rows)
        if (listener.kind == StatKind::listener && ++count <= most)
            addresses += fmt::format(" <small>{}</small>", escaped(text_of(listener[column::addr])));
    if (count > most) addresses += fmt::format(" <small>and {} more</small>", count - most);
    return fmt::format("<th scope=\"row\">clients{}</th>", addresses);
}

std::string state_cell(const StatRow& row) {
    std::string status = text_of(row[column::status]);
    if (row.kind == StatKind::backend)
        status = status == "UP"
                     ? fmt::format("{} active, {} backup", number(row, column::act), number(row, column::bck))
                     : status;
    std::string since = has(row, column::lastchg) ? span_text(number(row, column::lastchg)) : std::string();
    std::string content = row.kind == StatKind::backend && status != "DOWN" ? status : badge(status);
    return cell("State", content, since.empty() ? since : "for " + since);
}

std::string sessions_cells(const StatRow& row) {
    std::string limit = has(row, column::slim) && row.kind != StatKind::backend
                            ? fmt::format(", limit {}", grouped(number(row, column::slim)))
                            : std::string();
    return cell("Sessions", grouped(number(row, column::scur)),
                fmt::format("max {}{}", grouped(number(row, column::smax)), limit)) +
           cell("In all", grouped(number(row, column::stot))) +
           cell("A second", grouped(number(row, column::rate)),
                fmt::format("max {}", grouped(number(row, column::rate_max))));
}

std::string queue_cell(const StatRow& row) {
    if (!has(row, column::qcur)) return cell("Queue", "");
    return cell("Queue", grouped(number(row, column::qcur)),
                fmt::format("max {}", grouped(number(row, column::qmax))));
}

void append_count(std::string& text, std::uint64_t number, std::string_view what) {
    if (number > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", grouped(number), what);
}

std::string errors_cell(const StatRow& row) {
    if (!has(row, column::econ)) return cell("Errors", "");
    std::string remark;
    append_count(remark, number(row, column::econ), "connect");
    append_count(remark, number(row, column::srv_abrt), "server aborts");
    append_count(remark, number(row, column::cli_abrt), "client aborts");
    append_count(remark, number(row, column::wretr), "retries");
    append_count(remark, number(row, column::wredis), "redispatches");
    return cell("Errors", grouped(number(row, column::econ) + number(row, column::eresp)), remark);
}

std::string check_cell(const StatRow& row) {
    if (row.kind == StatKind::backend)
        return cell("Check", "",
                    number(row, column::chkdown) > 0
                        ? fmt::format("{} times all down", grouped(number(row, column::chkdown)))
                        : "");
    if (has(row, column::tracked))
        return cell("Check", "", "tracks " + escaped(text_of(row[column::tracked])));
    if (!has(row, column::check_status))
        return cell("Check", has(row, column::agent_status)
                                 ? fmt::format("agent {}", escaped(text_of(row[column::agent_status])))
                                 : "");
    std::string remark = fmt::format("{} ms", number(row, column::check_duration));
    if (std::string info = text_of(row[column::last_chk]); !info.empty()) remark += ", " + escaped(info);
    append_count(remark, number(row, column::chkfail), "failed");
    append_count(remark, number(row, column::chkdown), "down");
    std::string status = text_of(row[column::check_status]);
    if (has(row, column::check_code) && number(row, column::check_code) > 0)
        status += fmt::format("/{}", number(row, column::check_code));
    if (has(row, column::agent_status))
        status += fmt::format(", agent {}", text_of(row[column::agent_status]));
    return cell("Check", escaped(status), remark);
}

std::string row_html(const StatusView& view, const StatRow& row, std::span<const StatRow> rows) {
    constexpr std::string_view classes[] = {"clients", "sum", "server", "listener"};
    const Tracks* tracks = view.history.find(row);
    std::string downtime =
        has(row, column::downtime) ? span_text(number(row, column::downtime)) : std::string();
    std::string weight = has(row, column::weight) ? text_of(row[column::weight]) : std::string();
    if (row.kind == StatKind::server && number(row, column::bck) > 0) weight += " <small>backup</small>";
    std::string graph =
        tracks == nullptr ? std::string() : sparkline(tracks->sessions, "sessions a second, last 10 minutes");
    return fmt::format("<tr class=\"{} {}\">", classes[static_cast<std::size_t>(row.kind)],
                       grade_of(text_of(row[column::status]))) +
           name_cell(row, rows) + state_cell(row) + sessions_cells(row) +
           cell("In", bytes(row, column::bin)) + cell("Out", bytes(row, column::bout)) + errors_cell(row) +
           queue_cell(row) + check_cell(row) + cell("Downtime", downtime) + cell("Weight", weight) +
           cell("10 minutes", graph) + "</tr>\n";
}

std::string graph_html(std::string_view caption, std::string_view now, std::string_view peak,
                       const Track& track) {
    return fmt::format(
        "<figure><figcaption>{} <b>{}</b> <small>peak {}</small></figcaption>{}</figure>\n", caption, now,
        peak, sparkline(track, fmt::format("{}: now {}, peak of 10 minutes {}", caption, now, peak)));
}

std::string graphs_html(const Tracks* tracks) {
    static const Tracks none;
    const Tracks& shown = tracks != nullptr ? *tracks : none;
    auto a_second = [](double rate) { return bytes_text(rate) + "/s"; };
    auto whole = [](double number) { return grouped(static_cast<std::uint64_t>(number)); };
    return "<div class=\"graphs\">\n" +
           graph_html("Sessions a second", rate_text(shown.sessions.last()), rate_text(shown.sessions.peak()),
                      shown.sessions) +
           graph_html("Bytes", a_second(shown.bytes.last()), a_second(shown.bytes.peak()), shown.bytes) +
           graph_html("Sessions", whole(shown.current.last()), whole(shown.current.peak()), shown.current) +
           "</div>\n";
}

/// What the section's title says besides its name.
std::string remarks_html(const StatusView& view, const StatRow* front, const StatRow* back) {
    std::string name = text_of((front ? front : back)->values[column::pxname]);
    std::string text = fmt::format("<span class=\"kind\">{}</span>", front && back ? "listen"
                                                                     : front       ? "frontend"
                                                                                   : "backend");
    if (back) text += badge(text_of((*back)[column::status]));
    if (front && text_of((*front)[column::status]) != "OPEN")
        text += badge(text_of((*front)[column::status]));
    const auto* frontend = front ? view.admin.engine.find_frontend(name) : nullptr;
    const auto* backend = back ? view.admin.engine.find_backend(name) : nullptr;
    const std::string description = frontend  ? frontend->settings().description
                                    : backend ? backend->settings().description
                                              : std::string();
    if (!description.empty()) text += fmt::format("<span class=\"muted\">{}</span>", escaped(description));
    if (frontend && frontend->backend() && frontend->backend()->name() != name)
        text += fmt::format("<span class=\"muted\">to {}</span>", escaped(frontend->backend()->name()));
    return text;
}

constexpr std::string_view table_head =
    "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">State</th>"
    "<th scope=\"col\">Sessions</th><th scope=\"col\">In all</th><th scope=\"col\">A second</th>"
    "<th scope=\"col\">In</th><th scope=\"col\">Out</th><th scope=\"col\">Errors</th>"
    "<th scope=\"col\">Queue</th><th scope=\"col\">Check</th><th scope=\"col\">Downtime</th>"
    "<th scope=\"col\">Weight</th><th scope=\"col\">10 minutes</th></tr></thead>\n<tbody>\n";

}  // namespace

std::string proxy_html(const StatusView& view, std::span<const StatRow> rows) {
    const StatRow* front = find(rows, StatKind::frontend);
    const StatRow* back = find(rows, StatKind::backend);
    const StatRow& main = front != nullptr ? *front : *back;
    std::string text = fmt::format("<section>\n<header><h2>{}</h2>{}</header>\n",
                                   escaped(text_of(main[column::pxname])), remarks_html(view, front, back));
    text += graphs_html(view.history.find(main));
    text += table_head;
    for (const StatRow& row : rows)
        if (row.kind != StatKind::listener) text += row_html(view, row, rows);
    return text + "</tbody></table></div>\n</section>\n";
}

}  // namespace spliced::control
