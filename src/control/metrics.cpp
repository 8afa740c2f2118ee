#include "spliced/control/metrics.hpp"

#include <array>
#include <vector>

#include "spliced/base/release.hpp"
#include "spliced/control/metric_writer.hpp"

namespace spliced::control {
namespace {

using States = std::span<const std::string_view>;

constexpr std::array<std::string_view, 2> up_states{"DOWN", "UP"};
constexpr std::array<std::string_view, 3> listener_states{"WAITING", "OPEN", "FULL"};
constexpr std::array<std::string_view, 5> server_states{"DOWN", "UP", "MAINT", "DRAIN", "NOLB"};
// Those that HAProxy can reach.
constexpr std::array<std::string_view, 16> check_states{
    "HANA",   "SOCKERR", "L4OK", "L4TOUT", "L4CON", "L6OK",    "L6TOUT",   "L6RSP",
    "L7TOUT", "L7RSP",   "L7OK", "L7OKC",  "L7STS", "PROCERR", "PROCTOUT", "PROCOK"};

struct Family {
    StatKind kind;
    std::string_view name;
    std::string_view label;  ///< of what stands in svname; none for a proxy
};

constexpr std::array families{
    Family{StatKind::frontend, "frontend", ""}, Family{StatKind::listener, "listener", "listener"},
    Family{StatKind::backend, "backend", ""}, Family{StatKind::server, "server", "server"}};

bool has(const StatValue& value) {
    return !std::holds_alternative<std::monostate>(value);
}

/// The column `status` in the words of the metric: "UP 1/3" and "no check" are both UP.
std::string_view state_of(const StatRow& row, std::string_view text) {
    if (row.kind == StatKind::frontend) return text == "STOP" ? "DOWN" : "UP";
    if (text == "no check") return "UP";
    return text.substr(0, text.find(' '));
}

/// The column `check_status` without the mark of a check that is under way.
std::string check_of(const StatRow& row) {
    std::string text = text_of(row[column::check_status]);
    return text.starts_with("* ") ? text.substr(2) : text;
}

class Exporter {
  public:
    explicit Exporter(std::span<const StatRow> rows) : rows_(rows) {}

    void add_process(std::span<const InfoValue> info);
    void add_rows();
    std::string take() && { return std::move(out_).take(); }

  private:
    void add(const Family& family, const RowMetric& metric);
    void add(const Family& family, const RowMetric& metric, const StatRow& row);
    void add_states(const Family& family, const RowMetric& metric, const StatRow& row);
    void count(const Family& family, const StatRow& row, States states, std::size_t place);
    States states_of(const Family& family, const RowMetric& metric) const;
    std::size_t count_servers(const StatRow& backend, std::size_t place, std::string_view state) const;

    std::span<const StatRow> rows_;
    MetricWriter out_;
};

void Exporter::add_process(std::span<const InfoValue> info) {
    for (const ProcessMetric& metric : process_metrics()) {
        out_.head(fmt::format("haproxy_process_{}", metric.name), metric.type, metric.help);
        std::string value = "NaN";
        for (const InfoValue& each : info)
            if (each.field->name == metric.field) value = text_of(each.value);
        out_.sample_text({}, value);
    }
    out_.head("haproxy_process_build_info", MetricType::gauge, "Build info");
    out_.sample({{"version", version_number()}}, 1);
}

void Exporter::add_rows() {
    for (const Family& family : families)
        for (const RowMetric& metric : row_metrics())
            if ((metric.kinds >> static_cast<unsigned>(family.kind) & 1U) != 0) add(family, metric);
}

void Exporter::add(const Family& family, const RowMetric& metric) {
    out_.head(fmt::format("haproxy_{}_{}", family.name, metric.name), metric.type, metric.help);
    for (const StatRow& row : rows_)
        if (row.kind == family.kind) add(family, metric, row);
}

void Exporter::add(const Family& family, const RowMetric& metric, const StatRow& row) {
    const StatValue& value = row[metric.place];
    // Of a server without checks HAProxy says nothing about them.
    bool of_check = metric.place == column::check_status || metric.place == column::check_code ||
                    metric.place == column::check_duration;
    if (of_check && !has(row[column::check_status])) return;
    bool not_yet = check_of(row) == "INI";
    if (not_yet && metric.place == column::check_duration) return;
    if (metric.form == MetricForm::states) return add_states(family, metric, row);
    std::string text = has(value) ? text_of(value) : metric.place == column::check_code ? "0" : "NaN";
    if (metric.form == MetricForm::milliseconds && has(value))
        text = fmt::format("{:.6f}", std::stod(text) / 1000);
    out_.sample_text({{"proxy", text_of(row[column::pxname])}, {family.label, text_of(row[column::svname])}},
                     text);
}

void Exporter::add_states(const Family& family, const RowMetric& metric, const StatRow& row) {
    States states = states_of(family, metric);
    if (metric.place == column::agg_check_status) return count(family, row, states, column::check_status);
    if (family.kind == StatKind::backend && metric.place != column::status)
        return count(family, row, states, column::status);
    std::string text = metric.place == column::check_status ? check_of(row) : text_of(row[metric.place]);
    std::string_view now = metric.place == column::status ? state_of(row, text) : std::string_view(text);
    for (std::string_view state : states)
        out_.sample({{"proxy", text_of(row[column::pxname])},
                     {family.label, text_of(row[column::svname])},
                     {"state", state}},
                    state == now ? 1 : 0);
}

/// The servers of a backend in each state.
void Exporter::count(const Family&, const StatRow& row, States states, std::size_t place) {
    for (std::string_view state : states)
        out_.sample({{"proxy", text_of(row[column::pxname])}, {"state", state}},
                    count_servers(row, place, state));
}

std::size_t Exporter::count_servers(const StatRow& backend, std::size_t place, std::string_view state) const {
    std::size_t number = 0;
    for (const StatRow& row : rows_) {
        if (row.kind != StatKind::server || row.iid != backend.iid) continue;
        std::string text = place == column::check_status ? check_of(row) : text_of(row[place]);
        if ((place == column::status ? state_of(row, text) : std::string_view(text)) == state) ++number;
    }
    return number;
}

States Exporter::states_of(const Family& family, const RowMetric& metric) const {
    if (metric.place == column::check_status || metric.place == column::agg_check_status) return check_states;
    if (family.kind == StatKind::listener) return listener_states;
    if (metric.place == column::status && family.kind != StatKind::server) return up_states;
    return server_states;
}

}  // namespace

std::string haproxy_metrics(std::span<const StatRow> rows, std::span<const InfoValue> info) {
    Exporter exporter(rows);
    exporter.add_process(info);
    exporter.add_rows();
    return std::move(exporter).take();
}

std::string table_metrics(const proxy::StickTables& tables) {
    MetricWriter out;
    if (tables.all().empty()) return {};
    auto add = [&](std::string_view name, std::string_view help, auto value) {
        out.head(fmt::format("haproxy_sticktable_{}", name), MetricType::gauge, help);
        for (const auto& table : tables.all())
            out.sample({{"name", table->settings().name}, {"type", config::name_of(table->settings().key)}},
                       value(*table));
    };
    add("size", "Stick table size.", [](const stick::Table& table) { return table.settings().size; });
    add("used", "Number of entries used in this stick table.",
        [](const stick::Table& table) { return table.size(); });
    return std::move(out).take();
}

}  // namespace spliced::control
