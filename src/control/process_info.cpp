#include "spliced/control/process_info.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "spliced/base/release.hpp"
#include "spliced/control/live_bytes.hpp"
#include "spliced/os/limits.hpp"

namespace spliced::control {
namespace {

using Type = StatType;
using U = std::uint64_t;

// clang-format off
constexpr InfoField table[] = {
    {0, "Name", "POS", Type::text, "Product name"},
    {1, "Version", "POS", Type::text, "Product version"},
    {2, "Release_date", "POS", Type::text, "Date of latest source code update"},
    {3, "Nbthread", "CGS", Type::u32, "Number of started threads (global.nbthread)"},
    {4, "Nbproc", "CGS", Type::u32, "Number of started worker processes (historical, always 1)"},
    {5, "Process_num", "KGP", Type::u32, "Relative worker process number (1)"},
    {6, "Pid", "SGP", Type::u32, "This worker process identifier for the system"},
    {7, "Uptime", "MDP", Type::text, "How long ago this worker process was started (days+hours+minutes+seconds)"},
    {8, "Uptime_sec", "MDP", Type::u32, "How long ago this worker process was started (seconds)"},
    {9, "Memmax_MB", "CLP", Type::u32, "Worker process's hard limit on memory usage in MB (-m on command line)"},
    {10, "PoolAlloc_MB", "MGP", Type::u32, "Amount of memory allocated in pools (in MB)"},
    {11, "PoolUsed_MB", "MGP", Type::u32, "Amount of pool memory currently used (in MB)"},
    {12, "PoolFailed", "MCP", Type::u32, "Number of failed pool allocations since this worker was started"},
    {13, "Ulimit-n", "CLP", Type::u32, "Hard limit on the number of per-process file descriptors"},
    {14, "Maxsock", "CLP", Type::u32, "Hard limit on the number of per-process sockets"},
    {15, "Maxconn", "CLP", Type::u32, "Hard limit on the number of per-process connections (configured or imposed by Ulimit-n)"},
    {16, "Hard_maxconn", "CLP", Type::u32, "Hard limit on the number of per-process connections (imposed by Memmax_MB or Ulimit-n)"},
    {17, "CurrConns", "MGP", Type::u32, "Current number of connections on this worker process"},
    {18, "CumConns", "MCP", Type::u32, "Total number of connections on this worker process since started"},
    {19, "CumReq", "MCP", Type::u32, "Total number of requests on this worker process since started"},
    {20, "MaxSslConns", "MMP", Type::u32, "Hard limit on the number of per-process SSL endpoints (front+back), 0=unlimited"},
    {21, "CurrSslConns", "MGP", Type::u32, "Current number of SSL endpoints on this worker process (front+back)"},
    {22, "CumSslConns", "MCP", Type::u32, "Total number of SSL endpoints on this worker process since started (front+back)"},
    {23, "Maxpipes", "CLP", Type::u32, "Hard limit on the number of pipes for splicing, 0=unlimited"},
    {24, "PipesUsed", "MGP", Type::u32, "Current number of pipes in use in this worker process"},
    {25, "PipesFree", "MGP", Type::u32, "Current number of allocated and available pipes in this worker process"},
    {26, "ConnRate", "MRP", Type::u32, "Number of front connections created on this worker process over the last second"},
    {27, "ConnRateLimit", "CLP", Type::u32, "Hard limit for ConnRate (global.maxconnrate)"},
    {28, "MaxConnRate", "MMP", Type::u32, "Highest ConnRate reached on this worker process since started (in connections per second)"},
    {29, "SessRate", "MRP", Type::u32, "Number of sessions created on this worker process over the last second"},
    {30, "SessRateLimit", "CLP", Type::u32, "Hard limit for SessRate (global.maxsessrate)"},
    {31, "MaxSessRate", "MRP", Type::u32, "Highest SessRate reached on this worker process since started (in sessions per second)"},
    {32, "SslRate", "MRP", Type::u32, "Number of SSL connections created on this worker process over the last second"},
    {33, "SslRateLimit", "CLP", Type::u32, "Hard limit for SslRate (global.maxsslrate)"},
    {34, "MaxSslRate", "MMP", Type::u32, "Highest SslRate reached on this worker process since started (in connections per second)"},
    {35, "SslFrontendKeyRate", "MGP", Type::u32, "Number of SSL keys created on frontends in this worker process over the last second"},
    {36, "SslFrontendMaxKeyRate", "MMP", Type::u32, "Highest SslFrontendKeyRate reached on this worker process since started (in SSL keys per second)"},
    {37, "SslFrontendSessionReuse_pct", "MGP", Type::u32, "Percent of frontend SSL connections which did not require a new key"},
    {38, "SslBackendKeyRate", "MRP", Type::u32, "Number of SSL keys created on backends in this worker process over the last second"},
    {39, "SslBackendMaxKeyRate", "MMP", Type::u32, "Highest SslBackendKeyRate reached on this worker process since started (in SSL keys per second)"},
    {40, "SslCacheLookups", "MCP", Type::u32, "Total number of SSL session ID lookups in the SSL session cache on this worker since started"},
    {41, "SslCacheMisses", "MCP", Type::u32, "Total number of SSL session ID lookups that didn't find a session in the SSL session cache on this worker since started"},
    {42, "CompressBpsIn", "MRP", Type::u32, "Number of bytes submitted to the HTTP compressor in this worker process over the last second"},
    {43, "CompressBpsOut", "MRP", Type::u32, "Number of bytes emitted by the HTTP compressor in this worker process over the last second"},
    {44, "CompressBpsRateLim", "CLP", Type::u32, "Limit of CompressBpsOut beyond which HTTP compression is automatically disabled"},
    {47, "Tasks", "MGP", Type::u32, "Total number of tasks in the current worker process (active + sleeping)"},
    {48, "Run_queue", "MGP", Type::u32, "Total number of active tasks+tasklets in the current worker process"},
    {49, "Idle_pct", "MaP", Type::u32, "Percentage of last second spent waiting in the current worker thread"},
    {50, "node", "COS", Type::text, "Node name (global.node)"},
    {52, "Stopping", "MGP", Type::u32, "1 if the worker process is currently stopping, otherwise zero"},
    {53, "Jobs", "MGP", Type::u32, "Current number of active jobs on the current worker process (frontend connections, master connections, listeners)"},
    {54, "Unstoppable Jobs", "MGP", Type::u32, "Current number of unstoppable jobs on the current worker process (master connections)"},
    {55, "Listeners", "MGP", Type::u32, "Current number of active listeners on the current worker process"},
    {56, "ActivePeers", "MGP", Type::u32, "Current number of verified active peers connections on the current worker process"},
    {57, "ConnectedPeers", "MGP", Type::u32, "Current number of peers having passed the connection step on the current worker process"},
    {58, "DroppedLogs", "MGP", Type::u32, "Total number of dropped logs for current worker process since started"},
    {59, "BusyPolling", "MGP", Type::u32, "1 if busy-polling is currently in use on the worker process, otherwise zero (config.busy-polling)"},
    {60, "FailedResolutions", "MGP", Type::u32, "Total number of failed DNS resolutions in current worker process since started"},
    {61, "TotalBytesOut", "MGP", Type::u64, "Total number of bytes emitted by current worker process since started"},
    {62, "TotalSplicdedBytesOut", "MGP", Type::u64, "Total number of bytes emitted by current worker process through a kernel pipe since started"},
    {63, "BytesOutRate", "MRP", Type::u64, "Number of bytes emitted by current worker process over the last second"},
    {64, "DebugCommandsIssued", "MGP", Type::u32, "Number of debug commands issued on this process (anything > 0 is unsafe)"},
    {65, "CumRecvLogs", "MCP", Type::u32, "Total number of log messages received by log-forwarding listeners on this worker process since started"},
    {66, "Build info", "POS", Type::text, "Build info"},
    {67, "Memmax_bytes", "CLP", Type::u32, "Worker process's hard limit on memory usage in bytes (-m on command line)"},
    {68, "PoolAlloc_bytes", "MGP", Type::u64, "Amount of memory allocated in pools (in bytes)"},
    {69, "PoolUsed_bytes", "MGP", Type::u64, "Amount of pool memory currently used (in bytes)"},
    {70, "Start_time_sec", "MDP", Type::u32, "Start time in seconds"},
    {71, "Tainted", "SGP", Type::text, "Experimental features used"},
};
// clang-format on

/// Fields that nobody sets are 0: what this proxy does not have.
class Filler {
  public:
    Filler() {
        for (const InfoField& field : table)
            values_.push_back({&field, field.type == Type::text ? StatValue("") : StatValue(U{0})});
    }

    void set(std::string_view name, StatValue value) {
        auto found = std::find_if(values_.begin(), values_.end(),
                                  [&](const InfoValue& each) { return each.field->name == name; });
        if (found != values_.end()) found->value = std::move(value);
    }
    void set(std::string_view name, std::size_t number) { set(name, StatValue(U{number})); }

    std::vector<InfoValue> take() && { return std::move(values_); }

  private:
    std::vector<InfoValue> values_;
};

std::string host_name() {
    char name[256] = "";
    ::gethostname(name, sizeof name - 1);
    return name;
}

std::string uptime_text(long long uptime) {
    return fmt::format("{}d {}h{:02}m{:02}s", uptime / 86400, uptime / 3600 % 24, uptime / 60 % 60,
                       uptime % 60);
}

void fill_identity(Filler& info, const Admin& admin, TimePoint now) {
    std::string version(version_number());
    auto uptime = std::chrono::duration_cast<seconds>(now - admin.engine.started_at()).count();
    info.set("Name", "spliced");
    info.set("Version", version);
    info.set("Release_date", std::string(release_date()));
    info.set("Build info", version);
    info.set("Pid", static_cast<std::size_t>(::getpid()));
    info.set("Uptime", uptime_text(uptime));
    info.set("Uptime_sec", static_cast<std::size_t>(uptime));
    info.set("node", host_name());
    info.set("Tainted", "0");
    for (auto one : {"Nbthread", "Nbproc", "Process_num"}) info.set(one, 1);
    auto start = std::chrono::floor<seconds>(admin.engine.started_wall()).time_since_epoch();
    info.set("Start_time_sec", static_cast<std::size_t>(start.count()));
}

void fill_limits(Filler& info, const Admin& admin) {
    auto limit = os::descriptor_limit();
    info.set("Ulimit-n", limit ? limit->soft : 0);
    info.set("Maxsock", limit ? limit->soft : 0);
    info.set("Maxconn", admin.engine.shared().connections.limit);
    info.set("Hard_maxconn", admin.engine.capacity().maxconn);
    info.set("Maxpipes", admin.engine.shared().resources.pipes.max());
}

/// What the C library has from the system and what of it is in use.
void fill_memory(Filler& info) {
    auto heap = ::mallinfo2();
    std::size_t allocated = heap.arena + heap.hblkhd;
    std::size_t used = heap.uordblks + heap.hblkhd;
    info.set("PoolAlloc_MB", allocated >> 20);
    info.set("PoolUsed_MB", used >> 20);
    info.set("PoolAlloc_bytes", allocated);
    info.set("PoolUsed_bytes", used);
}

void fill_traffic(Filler& info, const Admin& admin, TimePoint now) {
    const proxy::Shared& shared = admin.engine.shared();
    std::size_t listeners = admin.engine.config().global.stats_sockets.size();
    for (const auto& frontend : admin.engine.frontends()) listeners += frontend->listeners().size();
    info.set("CurrConns", shared.connections.current);
    info.set("CumConns", shared.connections.total);
    info.set("CumReq", shared.connections.total);
    info.set("PipesUsed", shared.resources.pipes.in_use());
    info.set("PipesFree", shared.resources.pipes.idle());
    info.set("ConnRate", shared.rate.per_second(now));
    info.set("SessRate", shared.session_rate.per_second(now));
    info.set("ConnRateLimit", shared.connection_pace.limit());
    info.set("SessRateLimit", shared.session_pace.limit());
    info.set("MaxConnRate", shared.rate.peak());
    info.set("MaxSessRate", shared.session_rate.peak());
    info.set("Tasks", admin.engine.sessions().size());
    info.set("Stopping", admin.engine.is_stopping() ? 1 : 0);
    info.set("Jobs", shared.connections.current + listeners);
    info.set("Listeners", listeners);
    info.set("DroppedLogs", admin.log_pool.dropped());
    std::uint64_t out = shared.bytes_out + LiveBytes(admin.engine).total().out;
    auto usage = admin.usage.look(now, out);
    info.set("TotalBytesOut", out);
    info.set("TotalSplicdedBytesOut", shared.resources.spliced_bytes);
    info.set("BytesOutRate", usage.bytes_a_second);
    info.set("Idle_pct", usage.idle_percent);
}

}  // namespace

std::vector<InfoValue> process_info(const Admin& admin) {
    Filler info;
    TimePoint now = admin.loop.now();
    fill_identity(info, admin, now);
    fill_limits(info, admin);
    fill_memory(info);
    fill_traffic(info, admin, now);
    return std::move(info).take();
}

}  // namespace spliced::control
