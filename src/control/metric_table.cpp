// Names, types and descriptions as HAProxy 2.6 exports them, so that dashboards and alerts go on working.
#include "spliced/control/metric_table.hpp"

namespace spliced::control {
namespace {

constexpr unsigned F = 1U << static_cast<unsigned>(StatKind::frontend);
constexpr unsigned L = 1U << static_cast<unsigned>(StatKind::listener);
constexpr unsigned B = 1U << static_cast<unsigned>(StatKind::backend);
constexpr unsigned S = 1U << static_cast<unsigned>(StatKind::server);

constexpr auto gauge = MetricType::gauge;
constexpr auto counter = MetricType::counter;
constexpr auto number = MetricForm::number;
constexpr auto duration = MetricForm::milliseconds;
constexpr auto states = MetricForm::states;

// clang-format off
constexpr RowMetric row_table[] = {
    {"current_sessions", gauge, F | L | B | S, column::scur, number, "Number of current sessions on the frontend, backend or server"},
    {"max_sessions", gauge, F | L | B | S, column::smax, number, "Highest value of current sessions encountered since process started"},
    {"limit_sessions", gauge, F | L | B | S, column::slim, number, "Frontend/listener/server's maxconn, backend's fullconn"},
    {"sessions_total", counter, F | L | B | S, column::stot, number, "Total number of sessions since process started"},
    {"bytes_in_total", counter, F | L | B | S, column::bin, number, "Total number of request bytes since process started"},
    {"bytes_out_total", counter, F | L | B | S, column::bout, number, "Total number of response bytes since process started"},
    {"requests_denied_total", counter, F | L | B, column::dreq, number, "Total number of denied requests since process started"},
    {"responses_denied_total", counter, F | L | B | S, column::dresp, number, "Total number of denied responses since process started"},
    {"request_errors_total", counter, F | L, column::ereq, number, "Total number of invalid requests since process started"},
    {"status", gauge, F | L | B | S, column::status, states, "Current status of the service, per state label value."},
    {"limit_session_rate", gauge, F, column::rate_lim, number, "Limit on the number of sessions accepted in a second (frontend only, 'rate-limit sessions' setting)"},
    {"max_session_rate", gauge, F | B | S, column::rate_max, number, "Highest value of sessions per second observed since the worker process started"},
    {"connections_rate_max", gauge, F, column::conn_rate_max, number, "Highest value of connections per second observed since the worker process started"},
    {"connections_total", counter, F, column::conn_tot, number, "Total number of new connections accepted on this frontend since the worker process started"},
    {"denied_connections_total", counter, F | L, column::dcon, number, "Total number of incoming connections blocked on a listener/frontend by a tcp-request connection rule since the worker process started"},
    {"denied_sessions_total", counter, F | L, column::dses, number, "Total number of incoming sessions blocked on a listener/frontend by a tcp-request connection rule since the worker process started"},
    {"failed_header_rewriting_total", counter, F | L | B | S, column::wrew, number, "Total number of failed HTTP header rewrites since the worker process started"},
    {"internal_errors_total", counter, F | L | B | S, column::eint, number, "Total number of internal errors since process started"},
    {"current_queue", gauge, B | S, column::qcur, number, "Number of current queued connections"},
    {"max_queue", gauge, B | S, column::qmax, number, "Highest value of queued connections encountered since process started"},
    {"connection_errors_total", counter, B | S, column::econ, number, "Total number of failed connections to server since the worker process started"},
    {"response_errors_total", counter, B | S, column::eresp, number, "Total number of invalid responses since the worker process started"},
    {"retry_warnings_total", counter, B | S, column::wretr, number, "Total number of server connection retries since the worker process started"},
    {"redispatch_warnings_total", counter, B | S, column::wredis, number, "Total number of server redispatches due to connection failures since the worker process started"},
    {"weight", gauge, B | S, column::weight, number, "Server's effective weight, or sum of active servers' effective weights for a backend"},
    {"active_servers", gauge, B, column::act, number, "Total number of active UP servers with a non-zero weight"},
    {"backup_servers", gauge, B, column::bck, number, "Total number of backup UP servers with a non-zero weight"},
    {"check_up_down_total", counter, B | S, column::chkdown, number, "Total number of failed checks causing UP to DOWN server transitions, per server/backend, since the worker process started"},
    {"check_last_change_seconds", gauge, B | S, column::lastchg, number, "How long ago the last server state changed, in seconds"},
    {"downtime_seconds_total", counter, B | S, column::downtime, number, "Total time spent in DOWN state, for server or backend"},
    {"loadbalanced_total", counter, B | S, column::lbtot, number, "Total number of requests routed by load balancing since the worker process started (ignores queue pop and stickiness)"},
    {"client_aborts_total", counter, B | S, column::cli_abrt, number, "Total number of requests or connections aborted by the client since the worker process started"},
    {"server_aborts_total", counter, B | S, column::srv_abrt, number, "Total number of requests or connections aborted by the server since the worker process started"},
    {"last_session_seconds", gauge, B | S, column::lastsess, number, "How long ago some traffic was seen on this object on this worker process, in seconds"},
    {"queue_time_average_seconds", gauge, B | S, column::qtime, duration, "Avg. queue time for last 1024 successful connections."},
    {"connect_time_average_seconds", gauge, B | S, column::ctime, duration, "Avg. connect time for last 1024 successful connections."},
    {"response_time_average_seconds", gauge, B | S, column::rtime, duration, "Avg. response time for last 1024 successful connections."},
    {"total_time_average_seconds", gauge, B | S, column::ttime, duration, "Avg. total time for last 1024 successful connections."},
    {"connection_attempts_total", counter, B | S, column::connect, number, "Total number of outgoing connection attempts on this backend/server since the worker process started"},
    {"connection_reuses_total", counter, B | S, column::reuse, number, "Total number of reused connection on this backend/server since the worker process started"},
    {"max_queue_time_seconds", gauge, B | S, column::qtime_max, duration, "Maximum observed time spent in the queue"},
    {"max_connect_time_seconds", gauge, B | S, column::ctime_max, duration, "Maximum observed time spent waiting for a connection to complete"},
    {"max_response_time_seconds", gauge, B | S, column::rtime_max, duration, "Maximum observed time spent waiting for a server response"},
    {"max_total_time_seconds", gauge, B | S, column::ttime_max, duration, "Maximum observed total request+response time (request+queue+connect+response+processing)"},
    {"uweight", gauge, B | S, column::uweight, number, "Server's user weight, or sum of active servers' user weights for a backend"},
    {"agg_server_status", gauge, B, column::agg_server_status, states, "Backend's aggregated gauge of servers' status"},
    {"agg_server_check_status", gauge, B, column::agg_server_check_status, states, "Backend's aggregated gauge of servers' state check status"},
    {"agg_check_status", gauge, B, column::agg_check_status, states, "Backend's aggregated gauge of servers' state check status"},
    {"check_failures_total", counter, S, column::chkfail, number, "Total number of failed individual health checks per server/backend, since the worker process started"},
    {"queue_limit", gauge, S, column::qlimit, number, "Limit on the number of connections in queue, for servers only (maxqueue argument)"},
    {"current_throttle", gauge, S, column::throttle, number, "Throttling ratio applied to a server's maxconn and weight during the slowstart period (0 to 100%)"},
    {"check_status", gauge, S, column::check_status, states, "Status of last health check, per state label value."},
    {"check_code", gauge, S, column::check_code, number, "layer5-7 code, if available of the last health check."},
    {"check_duration_seconds", gauge, S, column::check_duration, duration, "Total duration of the latest server health check, in seconds."},
    {"idle_connections_current", gauge, S, column::srv_icur, number, "Current number of idle connections available for reuse on this server"},
    {"idle_connections_limit", gauge, S, column::src_ilim, number, "Limit on the number of available idle connections on this server (server 'pool_max_conn' directive)"},
    {"unsafe_idle_connections_current", gauge, S, column::idle_conn_cur, number, "Current number of unsafe idle connections"},
    {"safe_idle_connections_current", gauge, S, column::safe_conn_cur, number, "Current number of safe idle connections"},
    {"used_connections_current", gauge, S, column::used_conn_cur, number, "Current number of connections in use"},
    {"need_connections_current", gauge, S, column::need_conn_est, number, "Estimated needed number of connections"},
};

// A name without a field is one of something that is not here at all: NaN, as where HAProxy is built without it.
constexpr ProcessMetric process_table[] = {
    {"nbthread", gauge, "Nbthread", "Number of started threads (global.nbthread)"},
    {"nbproc", gauge, "Nbproc", "Number of started worker processes (historical, always 1)"},
    {"relative_process_id", gauge, "Process_num", "Relative worker process number (1)"},
    {"uptime_seconds", gauge, "Uptime_sec", "How long ago this worker process was started (seconds)"},
    {"pool_failures_total", counter, "PoolFailed", "Number of failed pool allocations since this worker was started"},
    {"max_fds", gauge, "Ulimit-n", "Hard limit on the number of per-process file descriptors"},
    {"max_sockets", gauge, "Maxsock", "Hard limit on the number of per-process sockets"},
    {"max_connections", gauge, "Maxconn", "Hard limit on the number of per-process connections (configured or imposed by Ulimit-n)"},
    {"hard_max_connections", gauge, "Hard_maxconn", "Hard limit on the number of per-process connections (imposed by Memmax_MB or Ulimit-n)"},
    {"current_connections", gauge, "CurrConns", "Current number of connections on this worker process"},
    {"connections_total", counter, "CumConns", "Total number of connections on this worker process since started"},
    {"requests_total", counter, "CumReq", "Total number of requests on this worker process since started"},
    {"max_ssl_connections", gauge, "MaxSslConns", "Hard limit on the number of per-process SSL endpoints (front+back), 0=unlimited"},
    {"current_ssl_connections", gauge, "CurrSslConns", "Current number of SSL endpoints on this worker process (front+back)"},
    {"ssl_connections_total", counter, "CumSslConns", "Total number of SSL endpoints on this worker process since started (front+back)"},
    {"max_pipes", gauge, "Maxpipes", "Hard limit on the number of pipes for splicing, 0=unlimited"},
    {"pipes_used_total", counter, "PipesUsed", "Current number of pipes in use in this worker process"},
    {"pipes_free_total", counter, "PipesFree", "Current number of allocated and available pipes in this worker process"},
    {"current_connection_rate", gauge, "ConnRate", "Number of front connections created on this worker process over the last second"},
    {"limit_connection_rate", gauge, "ConnRateLimit", "Hard limit for ConnRate (global.maxconnrate)"},
    {"max_connection_rate", gauge, "MaxConnRate", "Highest ConnRate reached on this worker process since started (in connections per second)"},
    {"current_session_rate", gauge, "SessRate", "Number of sessions created on this worker process over the last second"},
    {"limit_session_rate", gauge, "SessRateLimit", "Hard limit for SessRate (global.maxsessrate)"},
    {"max_session_rate", gauge, "MaxSessRate", "Highest SessRate reached on this worker process since started (in sessions per second)"},
    {"current_ssl_rate", gauge, "SslRate", "Number of SSL connections created on this worker process over the last second"},
    {"limit_ssl_rate", gauge, "SslRateLimit", "Hard limit for SslRate (global.maxsslrate)"},
    {"max_ssl_rate", gauge, "MaxSslRate", "Highest SslRate reached on this worker process since started (in connections per second)"},
    {"current_frontend_ssl_key_rate", gauge, "SslFrontendKeyRate", "Number of SSL keys created on frontends in this worker process over the last second"},
    {"max_frontend_ssl_key_rate", gauge, "SslFrontendMaxKeyRate", "Highest SslFrontendKeyRate reached on this worker process since started (in SSL keys per second)"},
    {"frontend_ssl_reuse", gauge, "SslFrontendSessionReuse_pct", "Percent of frontend SSL connections which did not require a new key"},
    {"current_backend_ssl_key_rate", gauge, "SslBackendKeyRate", "Number of SSL keys created on backends in this worker process over the last second"},
    {"max_backend_ssl_key_rate", gauge, "SslBackendMaxKeyRate", "Highest SslBackendKeyRate reached on this worker process since started (in SSL keys per second)"},
    {"ssl_cache_lookups_total", counter, "SslCacheLookups", "Total number of SSL session ID lookups in the SSL session cache on this worker since started"},
    {"ssl_cache_misses_total", counter, "SslCacheMisses", "Total number of SSL session ID lookups that didn't find a session in the SSL session cache on this worker since started"},
    {"http_comp_bytes_in_total", counter, "CompressBpsIn", "Number of bytes submitted to the HTTP compressor in this worker process over the last second"},
    {"http_comp_bytes_out_total", counter, "CompressBpsOut", "Number of bytes emitted by the HTTP compressor in this worker process over the last second"},
    {"limit_http_comp", gauge, "CompressBpsRateLim", "Limit of CompressBpsOut beyond which HTTP compression is automatically disabled"},
    {"current_zlib_memory", gauge, "", "Amount of memory currently used by HTTP compression on the current worker process (in bytes)"},
    {"max_zlib_memory", gauge, "", "Limit on the amount of memory used by HTTP compression above which it is automatically disabled (in bytes, see global.maxzlibmem)"},
    {"current_tasks", gauge, "Tasks", "Total number of tasks in the current worker process (active + sleeping)"},
    {"current_run_queue", gauge, "Run_queue", "Total number of active tasks+tasklets in the current worker process"},
    {"idle_time_percent", gauge, "Idle_pct", "Percentage of last second spent waiting in the current worker thread"},
    {"stopping", gauge, "Stopping", "1 if the worker process is currently stopping, otherwise zero"},
    {"jobs", gauge, "Jobs", "Current number of active jobs on the current worker process (frontend connections, master connections, listeners)"},
    {"unstoppable_jobs", gauge, "Unstoppable Jobs", "Current number of unstoppable jobs on the current worker process (master connections)"},
    {"listeners", gauge, "Listeners", "Current number of active listeners on the current worker process"},
    {"active_peers", gauge, "ActivePeers", "Current number of verified active peers connections on the current worker process"},
    {"connected_peers", gauge, "ConnectedPeers", "Current number of peers having passed the connection step on the current worker process"},
    {"dropped_logs_total", counter, "DroppedLogs", "Total number of dropped logs for current worker process since started"},
    {"busy_polling_enabled", gauge, "BusyPolling", "1 if busy-polling is currently in use on the worker process, otherwise zero (config.busy-polling)"},
    {"failed_resolutions", counter, "FailedResolutions", "Total number of failed DNS resolutions in current worker process since started"},
    {"bytes_out_total", counter, "TotalBytesOut", "Total number of bytes emitted by current worker process since started"},
    {"spliced_bytes_out_total", counter, "TotalSplicdedBytesOut", "Total number of bytes emitted by current worker process through a kernel pipe since started"},
    {"bytes_out_rate", gauge, "BytesOutRate", "Number of bytes emitted by current worker process over the last second"},
    {"recv_logs_total", counter, "CumRecvLogs", "Total number of log messages received by log-forwarding listeners on this worker process since started"},
    {"max_memory_bytes", gauge, "Memmax_bytes", "Worker process's hard limit on memory usage in byes (-m on command line)"},
    {"pool_allocated_bytes", gauge, "PoolAlloc_bytes", "Amount of memory allocated in pools (in bytes)"},
    {"pool_used_bytes", gauge, "PoolUsed_bytes", "Amount of pool memory currently used (in bytes)"},
    {"start_time_seconds", gauge, "Start_time_sec", "Start time in seconds"},
};
// clang-format on

}  // namespace

std::span<const RowMetric> row_metrics() {
    return row_table;
}
std::span<const ProcessMetric> process_metrics() {
    return process_table;
}

}  // namespace spliced::control
