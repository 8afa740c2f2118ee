// The columns of HAProxy 2.6's statistics, in its order: the one table behind CSV, typed output, JSON and
// metrics.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "spliced/control/stat_value.hpp"

namespace spliced::control {

struct StatColumn {
    std::string_view name;
    std::string_view tags;
    StatType type;
    std::string_view description;
    std::string_view backend_tags = {};  ///< of a backend's row, where it differs
};

/// 127; the CSV has one more, a "-" in front of first_module.
std::span<const StatColumn> stat_columns();

/// Places in the table.
namespace column {
enum : std::size_t {
    pxname,
    svname,
    qcur,
    qmax,
    scur,
    smax,
    slim,
    stot,
    bin,
    bout,
    dreq,
    dresp,
    ereq,
    econ,
    eresp,
    wretr,
    wredis,
    status,
    weight,
    act,
    bck,
    chkfail,
    chkdown,
    lastchg,
    downtime,
    qlimit,
    pid,
    iid,
    sid,
    throttle,
    lbtot,
    tracked,
    type,
    rate,
    rate_lim,
    rate_max,
    check_status,
    check_code,
    check_duration,
    hrsp_1xx,
    hrsp_2xx,
    hrsp_3xx,
    hrsp_4xx,
    hrsp_5xx,
    hrsp_other,
    hanafail,
    req_rate,
    req_rate_max,
    req_tot,
    cli_abrt,
    srv_abrt,
    comp_in,
    comp_out,
    comp_byp,
    comp_rsp,
    lastsess,
    last_chk,
    last_agt,
    qtime,
    ctime,
    rtime,
    ttime,
    agent_status,
    agent_code,
    agent_duration,
    check_desc,
    agent_desc,
    check_rise,
    check_fall,
    check_health,
    agent_rise,
    agent_fall,
    agent_health,
    addr,
    cookie,
    mode,
    algo,
    conn_rate,
    conn_rate_max,
    conn_tot,
    intercepted,
    dcon,
    dses,
    wrew,
    connect,
    reuse,
    cache_lookups,
    cache_hits,
    srv_icur,
    src_ilim,
    qtime_max,
    ctime_max,
    rtime_max,
    ttime_max,
    eint,
    idle_conn_cur,
    safe_conn_cur,
    used_conn_cur,
    need_conn_est,
    uweight,
    agg_server_status,
    agg_server_check_status,
    agg_check_status,
    first_module,  ///< from here on: ssl_*, h2_*, h1_*, of which a TCP proxy has nothing to tell
    ssl_modules_end = first_module + 3,
    count = first_module + 24
};
}  // namespace column

}  // namespace spliced::control
