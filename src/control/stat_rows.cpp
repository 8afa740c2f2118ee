#include "spliced/control/stat_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "spliced/config/special.hpp"
#include "spliced/control/live_bytes.hpp"

namespace spliced::control {
namespace {

using U = std::uint64_t;

long long whole_seconds(Duration span) {
    return std::chrono::duration_cast<seconds>(span).count();
}

U count(std::size_t number) {
    return number;
}
U count(Duration span) {
    return static_cast<U>(std::max(0LL, whole_seconds(span)));
}
U count(std::int64_t milliseconds_) {
    return static_cast<U>(std::max<std::int64_t>(0, milliseconds_));
}

class Collector {
  public:
    Collector(const proxy::Engine& engine, const StatFilter& filter)
        : engine_(engine), filter_(filter), now_(engine.shared().loop.now()), live_(engine) {}

    std::vector<StatRow> collect() &&;

  private:
    bool wants(StatKind kind) const { return (filter_.kinds >> static_cast<unsigned>(kind) & 1U) != 0; }
    bool wants_sid(unsigned sid) const { return !filter_.sid || *filter_.sid == static_cast<int>(sid); }
    bool wants_proxy(const std::string& name, unsigned iid) const {
        return !filter_.proxy || *filter_.proxy == name || *filter_.proxy == std::to_string(iid);
    }
    bool hides(const proxy::Backend& backend, const balance::Server& server) const;

    StatRow& begin(StatKind kind, const std::string& proxy, unsigned iid, std::string name, unsigned sid);
    void add_section(const proxy::Frontend* frontend, const proxy::Backend* backend);
    void add(const proxy::Frontend& frontend);
    void add(const proxy::Frontend& frontend, const proxy::BoundListener& listener);
    void add(const proxy::Backend& backend);
    void add(const proxy::Backend& backend, const balance::Server& server);
    void fill_service(StatRow& row, const balance::ServiceCounters& counters, LiveBytes::Sum live) const;
    /// Where a check tells of itself, and where an agent does.
    struct CheckColumns {
        std::size_t status, code, duration, last, description, rise, fall, health;
    };
    static constexpr CheckColumns check_columns{
        column::check_status, column::check_code, column::check_duration, column::last_chk,
        column::check_desc,   column::check_rise, column::check_fall,     column::check_health};
    static constexpr CheckColumns agent_columns{
        column::agent_status, column::agent_code, column::agent_duration, column::last_agt,
        column::agent_desc,   column::agent_rise, column::agent_fall,     column::agent_health};
    static void fill(StatRow& row, const CheckColumns& columns, const balance::CheckCounters& checks,
                     const balance::Health& health);
    void fill_checks(StatRow& row, const proxy::Backend& backend, const balance::Server& server) const;
    static void fill_queue(StatRow& row, const balance::Queue& queue);
    std::size_t limit_of(const proxy::Frontend& frontend) const {
        return frontend.sessions.limit ? frontend.sessions.limit : engine_.shared().connections.limit;
    }

    const proxy::Engine& engine_;
    const StatFilter& filter_;
    TimePoint now_;
    LiveBytes live_;
    std::vector<StatRow> rows_;
};

/// Frontends and backends each come in the order of their sections; a listen is one of both.
std::vector<StatRow> Collector::collect() && {
    auto frontend = engine_.frontends().begin();
    auto backend = engine_.backends().begin();
    auto frontends_end = engine_.frontends().end();
    auto backends_end = engine_.backends().end();
    while (frontend != frontends_end || backend != backends_end) {
        unsigned front = frontend == frontends_end ? ~0U : (*frontend)->settings().place;
        unsigned back = backend == backends_end ? ~0U : (*backend)->settings().place;
        unsigned place = std::min(front, back);
        add_section(front == place ? (frontend++)->get() : nullptr,
                    back == place ? (backend++)->get() : nullptr);
    }
    return std::move(rows_);
}

void Collector::add_section(const proxy::Frontend* frontend, const proxy::Backend* backend) {
    const std::string& name = frontend ? frontend->name() : backend->name();
    if (!wants_proxy(name, frontend ? frontend->settings().id : backend->settings().id)) return;
    if (frontend) {
        if (wants(StatKind::frontend)) add(*frontend);
        if (wants(StatKind::listener))
            for (const auto& listener : frontend->listeners())
                if (wants_sid(listener->settings().id)) add(*frontend, *listener);
    }
    if (!backend) return;
    for (const auto& server : backend->pool().servers())
        if (wants(StatKind::server) && wants_sid(server->settings().id) && !hides(*backend, *server))
            add(*backend, *server);
    if (wants(StatKind::backend)) add(*backend);
}

bool Collector::hides(const proxy::Backend& backend, const balance::Server& server) const {
    if ((filter_.no_maint || filter_.up) && server.in_maintenance()) return true;
    // One that is on its way up is of interest.
    return filter_.up && !server.running() &&
           (!backend.is_checking(server) || server.health().counter() == 0);
}

StatRow& Collector::begin(StatKind kind, const std::string& proxy, unsigned iid, std::string name,
                          unsigned sid) {
    StatRow& row = rows_.emplace_back();
    row.kind = kind;
    row.iid = iid;
    row.sid = sid;
    row[column::pxname] = proxy;
    row[column::svname] = std::move(name);
    row[column::pid] = U{1};
    row[column::iid] = U{iid};
    row[column::sid] = U{sid};
    row[column::type] = U{static_cast<unsigned>(kind)};
    row[column::mode] = "tcp";
    for (auto zero : {column::dresp, column::wrew, column::eint}) row[zero] = U{0};
    bool proxy_row = kind == StatKind::frontend || kind == StatKind::backend;
    if (proxy_row)
        for (auto zero :
             {column::dreq, column::comp_in, column::comp_out, column::comp_byp, column::comp_rsp})
            row[zero] = U{0};
    std::size_t end = proxy_row ? column::count : column::ssl_modules_end;
    for (std::size_t place = column::first_module; place < end; ++place) row[place] = U{0};
    return row;
}

void Collector::add(const proxy::Frontend& frontend) {
    using State = proxy::Frontend::State;
    const config::Frontend& settings = frontend.settings();
    StatRow& row = begin(StatKind::frontend, settings.name, settings.id, "FRONTEND", 0);
    LiveBytes::Sum live = live_.of(&frontend);
    row[column::scur] = count(frontend.sessions.current);
    row[column::smax] = count(frontend.sessions.peak);
    row[column::slim] = count(limit_of(frontend));
    const proxy::Denials& denials = frontend.denials;
    row[column::stot] = frontend.admitted;
    row[column::conn_tot] = frontend.sessions.total + denials.connections;
    row[column::dcon] = denials.connections;
    row[column::dses] = denials.sessions;
    row[column::dreq] = denials.requests;
    row[column::ereq] = denials.failed_requests;
    row[column::bin] = frontend.bytes_in + live.in;
    row[column::bout] = frontend.bytes_out + live.out;
    row[column::status] = frontend.state() == State::open       ? "OPEN"
                          : frontend.state() == State::disabled ? "PAUSED"
                                                                : "STOP";
    row[column::rate] = U{frontend.rate.per_second(now_)};
    row[column::rate_max] = U{frontend.rate.peak()};
    row[column::conn_rate] = U{frontend.connection_rate.per_second(now_)};
    row[column::conn_rate_max] = U{frontend.connection_rate.peak()};
    row[column::rate_lim] = U{frontend.pace.limit()};
    for (auto zero : {column::req_rate, column::req_rate_max, column::req_tot}) row[zero] = U{0};
}

void Collector::add(const proxy::Frontend& frontend, const proxy::BoundListener& listener) {
    const config::Frontend& settings = frontend.settings();
    StatRow& row =
        begin(StatKind::listener, settings.name, settings.id, listener.label(), listener.settings().id);
    LiveBytes::Sum live = live_.of(&listener);
    const proxy::Gate& sessions = listener.sessions();
    row[column::scur] = count(sessions.current);
    row[column::smax] = count(sessions.peak);
    row[column::slim] = count(sessions.limit);
    row[column::stot] = listener.admitted;
    row[column::bin] = listener.bytes_in + live.in;
    row[column::bout] = listener.bytes_out + live.out;
    bool open = frontend.state() == proxy::Frontend::State::open;
    row[column::status] = sessions.full() ? "FULL" : listener.is_paused() || !open ? "WAITING" : "OPEN";
    row[column::addr] = os::local_address(listener.fd()).text();
    row[column::dcon] = listener.denials.connections;
    row[column::dses] = listener.denials.sessions;
    row[column::dreq] = listener.denials.requests;
    row[column::ereq] = listener.denials.failed_requests;
}

void Collector::fill_queue(StatRow& row, const balance::Queue& queue) {
    row[column::qcur] = count(queue.size());
    row[column::qmax] = count(queue.peak());
}

void Collector::add(const proxy::Backend& backend) {
    const config::Backend& settings = backend.settings();
    const balance::ServerPool& pool = backend.pool();
    StatRow& row = begin(StatKind::backend, settings.name, settings.id, "BACKEND", 0);
    fill_service(row, backend.counters, live_.of(&backend));
    fill_queue(row, pool.queue());
    row[column::scur] = count(backend.sessions.current);
    row[column::smax] = count(backend.sessions.peak);
    row[column::slim] = count(pool.load().fullconn);
    row[column::stot] = backend.sessions.total;
    row[column::status] = backend.is_up() ? "UP" : "DOWN";
    row[column::weight] = U{pool.effective_weight()};
    row[column::uweight] = U{pool.weight()};
    row[column::act] = count(pool.usable_active());
    row[column::bck] = count(pool.usable_backups());
    row[column::chkdown] = backend.uptime.downs();
    row[column::lastchg] = count(backend.uptime.since_change(now_));
    row[column::downtime] = count(backend.uptime.down(now_));
    row[column::algo] = std::string(config::name_of(settings.algorithm));
    for (auto zero : {column::agg_server_status, column::agg_server_check_status, column::agg_check_status})
        row[zero] = U{0};
}

void Collector::add(const proxy::Backend& backend, const balance::Server& server) {
    const config::Backend& settings = backend.settings();
    unsigned sid = server.settings().id;
    StatRow& row = begin(StatKind::server, settings.name, settings.id, server.name(), sid);
    fill_service(row, server.counters, live_.of(&server));
    row[column::scur] = U{server.connections()};
    row[column::smax] = U{server.peak_connections()};
    if (server.limits().most != 0) row[column::slim] = U{server.limits().most};
    if (server.settings().maxqueue != 0) row[column::qlimit] = U{server.settings().maxqueue};
    fill_queue(row, server.queue);
    row[column::stot] = server.counters.chosen;
    row[column::status] = status_of(backend, server);
    row[column::weight] = U{(server.effective_weight() + balance::weight_unit - 1) / balance::weight_unit};
    row[column::uweight] = U{server.weight()};
    if (auto throttle = server.throttle()) row[column::throttle] = U{*throttle};
    row[column::act] = U{server.settings().backup ? 0U : 1U};
    row[column::bck] = U{server.settings().backup ? 1U : 0U};
    row[column::lastchg] = count(server.uptime.since_change(now_));
    if (server.has_address()) row[column::addr] = server.address().text();
    for (auto zero : {column::srv_icur, column::idle_conn_cur, column::safe_conn_cur}) row[zero] = U{0};
    row[column::used_conn_cur] = row[column::need_conn_est] = U{server.connections()};
    fill_checks(row, backend, server);
}

void Collector::fill_service(StatRow& row, const balance::ServiceCounters& counters,
                             LiveBytes::Sum live) const {
    row[column::bin] = counters.bytes_in + live.in;
    row[column::bout] = counters.bytes_out + live.out;
    row[column::econ] = counters.failures;
    row[column::eresp] = counters.response_errors;
    row[column::srv_abrt] = counters.server_aborts;
    row[column::wretr] = counters.retries;
    row[column::wredis] = counters.redispatches;
    row[column::lbtot] = counters.balanced;
    row[column::rate] = U{counters.rate.per_second(now_)};
    row[column::rate_max] = U{counters.rate.peak()};
    row[column::cli_abrt] = counters.client_aborts;
    row[column::lastsess] =
        std::int64_t{counters.last_session ? whole_seconds(now_ - *counters.last_session) : -1};
    row[column::qtime] = count(counters.queue_time.mean());
    row[column::ctime] = count(counters.connect_time.mean());
    row[column::ttime] = count(counters.total_time.mean());
    row[column::qtime_max] = count(counters.queue_time.peak());
    row[column::ctime_max] = count(counters.connect_time.peak());
    row[column::ttime_max] = count(counters.total_time.peak());
    row[column::connect] = counters.connects;
    for (auto zero : {column::rtime, column::rtime_max, column::reuse}) row[zero] = U{0};
}

void Collector::fill_checks(StatRow& row, const proxy::Backend& backend,
                            const balance::Server& server) const {
    if (server.followed()) row[column::tracked] = tracked_text(backend, server);
    if (server.agent && server.agent->enabled)
        fill(row, agent_columns, server.agent->checks, server.agent->health);
    if (!server.settings().check.enabled) return;
    row[column::chkfail] = server.checks.failed;
    row[column::chkdown] = server.uptime.downs();
    row[column::downtime] = count(server.uptime.down(now_));
    if (server.settings().observed) row[column::hanafail] = server.checks.observed;
    if (backend.is_checking(server)) fill(row, check_columns, server.checks, server.health());
}

/// "* " in front: one is under way.
void Collector::fill(StatRow& row, const CheckColumns& columns, const balance::CheckCounters& checks,
                     const balance::Health& health) {
    auto status = checks.any ? checks.last.status : config::CheckStatus::initializing;
    row[columns.status] = std::string(checks.under_way ? "* " : "").append(config::name_of(status));
    if (config::has_code(status)) row[columns.code] = U{checks.last.code};
    row[columns.duration] = count(checks.last.duration.count());
    row[columns.last] = checks.last.info;
    row[columns.description] = std::string(config::description_of(status));
    row[columns.rise] = U{health.rise()};
    row[columns.fall] = U{health.fall()};
    row[columns.health] = U{health.counter()};
}

}  // namespace

std::vector<StatRow> collect_stats(const proxy::Engine& engine, const StatFilter& filter) {
    return Collector(engine, filter).collect();
}

std::string tracked_text(const proxy::Backend& backend, const balance::Server& server) {
    const std::string& track = server.settings().track;
    return track.find('/') == std::string::npos ? fmt::format("{}/{}", backend.name(), track) : track;
}

/// HAProxy's words. The health is that of the server at the end of the chain, where it tracks another.
std::string status_of(const proxy::Backend& backend, const balance::Server& server) {
    if ((server.admin() & balance::forced_maintenance) != 0) return "MAINT";
    if ((server.admin() & balance::resolution_maintenance) != 0) return "MAINT (resolution)";
    if (server.in_maintenance()) return fmt::format("MAINT (via {})", tracked_text(backend, server));
    const balance::Server& source = server.health_source();
    const balance::Health& health = source.health();
    bool checked = source.settings().check.enabled && (&source != &server || backend.is_checking(server));
    bool asked = source.agent && source.agent->enabled;
    if (!server.running()) {
        if (asked && !source.agent->health.up()) return "DOWN (agent)";
        return !checked || health.counter() == 0 ? "DOWN"
                                                 : fmt::format("DOWN {}/{}", health.counter(), health.rise());
    }
    std::string in_transition =
        checked && !health.full() ? fmt::format(" {}/{}", health.counter() - health.rise() + 1, health.fall())
                                  : std::string();
    if (server.is_stopping()) return "NOLB" + in_transition;
    if (server.is_told_to_drain()) return asked ? "DRAIN (agent)" : "DRAIN" + in_transition;
    return checked ? "UP" + in_transition : "no check";
}

}  // namespace spliced::control
