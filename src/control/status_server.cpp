#include "spliced/control/status_server.hpp"

#include "spliced/control/json.hpp"
#include "spliced/control/metrics.hpp"
#include "spliced/control/page_files.hpp"
#include "spliced/control/process_info.hpp"
#include "spliced/control/stat_text.hpp"
#include "spliced/control/status_html.hpp"

namespace spliced::control {
namespace {

constexpr std::string_view html = "text/html; charset=utf-8";
constexpr std::string_view plain = "text/plain; charset=utf-8";
constexpr std::string_view json = "application/json";

const StatFilter everything{{}, {}, all_kinds, false, false};

}  // namespace

StatusServer::StatusServer(const Admin& admin) : admin_(admin), http_(admin.loop, *this) {
    sample_.bind<&StatusServer::on_sample>(admin.loop, *this);
}

bool StatusServer::start(PageSockets sockets) {
    if (sockets.listening.empty()) return true;
    const auto& binds = admin_.engine.config().page.binds;
    for (std::size_t i = 0; i < sockets.listening.size(); ++i) {
        if (!http_.listen(std::move(sockets.listening[i]))) return false;
        labels_.push_back(label_of(binds[i]));
    }
    on_sample();
    return true;
}

std::vector<Listening> StatusServer::listening() const {
    std::vector<Listening> sockets;
    auto listeners = http_.listeners();
    for (std::size_t i = 0; i < listeners.size(); ++i) sockets.push_back({listeners[i], labels_[i]});
    return sockets;
}

event::Verdict StatusServer::on_sample() {
    TimePoint now = admin_.loop.now();
    history_.take(collect_stats(admin_.engine), now);
    sample_.arm(now, now + History::interval);
    return event::Verdict::keep;
}

// The words behind ';' are HAProxy's; tools ask for "/;csv", or for "/haproxy?stats;csv" with its default
// URI.
HttpAnswer StatusServer::answer(std::string_view uri) {
    std::string_view path = uri.substr(0, uri.find_first_of("?;"));
    std::string_view words = uri.find(';') == std::string_view::npos ? "" : uri.substr(uri.find(';'));
    if (words.find(";csv") != std::string_view::npos)
        return {200, plain, stats_csv(collect_stats(admin_.engine))};
    if (words.find(";json") != std::string_view::npos)
        return {200, json, stats_json(collect_stats(admin_.engine))};
    if (path == "/") return page();
    if (path == "/metrics") return metrics();
    if (path == "/stats.json")
        return {200, json, plain_json(collect_stats(admin_.engine, everything), process_info(admin_))};
    if (path == "/healthz") return health();
    if (path == "/status.css") return {200, "text/css; charset=utf-8", std::string(status_css)};
    if (path == "/status.js") return {200, "text/javascript; charset=utf-8", std::string(status_js)};
    return {404, plain, "There is /, /metrics, /;csv, /;json, /stats.json and /healthz.\n"};
}

HttpAnswer StatusServer::page() const {
    auto rows = collect_stats(admin_.engine, everything);
    auto info = process_info(admin_);
    return {200, html, status_html({admin_, rows, info, history_})};
}

HttpAnswer StatusServer::metrics() const {
    auto rows = collect_stats(admin_.engine, everything);
    return {200, metrics_type,
            haproxy_metrics(rows, process_info(admin_)) + table_metrics(admin_.engine.shared().stick_tables) +
                own_metrics(admin_)};
}

HttpAnswer StatusServer::health() const {
    if (admin_.engine.is_stopping()) return {503, plain, "stopping\n"};
    return {200, plain, "ok\n"};
}

}  // namespace spliced::control
