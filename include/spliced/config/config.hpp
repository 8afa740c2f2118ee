// The configuration as immutable values: everything resolved, checked and filled in with defaults.
//
// A Config is built whole by config::load(), then shared as const. Durations: zero means "infinite", as in
// HAProxy. Which keyword sets which field stands in keywords.cpp, what it means in spliced.ini(5).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "spliced/base/log_target.hpp"
#include "spliced/config/anonymity.hpp"
#include "spliced/config/balancing.hpp"
#include "spliced/config/check_script.hpp"
#include "spliced/config/line_format.hpp"
#include "spliced/config/location.hpp"
#include "spliced/config/naming.hpp"
#include "spliced/config/section_rules.hpp"
#include "spliced/config/source.hpp"
#include "spliced/config/stick_rule.hpp"
#include "spliced/config/stick_table.hpp"
#include "spliced/os/address.hpp"
#include "spliced/os/tuning.hpp"
#include "spliced/protocol/source_list.hpp"

namespace spliced::config {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Of an active check. Absent intervals take `inter`, as in HAProxy.
struct Check {
    bool enabled = false;
    milliseconds inter{2000};
    std::optional<milliseconds> fastinter;
    std::optional<milliseconds> downinter;
    unsigned rise = 2;        ///< 1 and up
    unsigned fall = 3;        ///< 1 and up
    os::Address address;      ///< where to connect: `addr` and `port` where given, else the server's; of no
                              ///< family where that is not known yet
    unsigned port = 0;        ///< `port` in that case; 0: the server's
    bool send_proxy = false;  ///< begin with a PROXY protocol header of our own
};

/// What a PROXY protocol header of version 2 carries beside the addresses.
struct ProxyV2Options {
    bool crc32c = false;     ///< a checksum
    bool authority = false;  ///< the host name that the client asked for, where it is known
    bool unique_id = false;  ///< that of `unique-id-format`, where the frontend has one
};

/// A program on the server that says how it is (`agent-check`).
struct Agent {
    bool enabled = false;
    milliseconds inter{2000};
    unsigned port = 0;    ///< 0 where none is given
    os::Address address;  ///< `agent-addr`, or the server's, with the port
    std::string send;     ///< before it answers
};

/// What follows from `error-limit` failed connections in a row, where `observe layer4` looks at them.
enum class OnError { fail_check, fastinter, sudden_death, mark_down };

/// A server of the configuration, by where it stands.
struct ServerPlace {
    std::size_t backend = 0;
    std::size_t server = 0;
};

struct Server {
    std::string name;
    os::Address address;  ///< of no family where a name is followed while the process runs, or none was found
    Naming naming;
    unsigned weight = 1;  ///< 0 to 256; 0 takes no new connection
    bool backup = false;
    bool disabled = false;
    bool non_stick = false;  ///< `stick store-request` does not store it
    unsigned maxconn = 0;    ///< 0: no limit
    unsigned minconn = 0;    ///< 0: the limit stands still at maxconn
    unsigned maxqueue = 0;   ///< 0: no limit
    Check check;
    std::optional<unsigned> own_id;  ///< `id`; else it is the first free number from 1
    unsigned id = 0;                 ///< from 1 within the backend; where a ring of hashes has its points
    milliseconds slowstart{0};       ///< how long its weight grows after it came back; 0: no such time
    milliseconds user_timeout{0};    ///< `tcp-ut`
    bool fast_open = false;          ///< `tfo`
    Source own_source;               ///< as written here
    Source source;                   ///< the same, else the backend's
    std::shared_ptr<const os::ConnectTuning> tuning;  ///< of all that asks for it; null where nothing does
    Agent agent;
    bool observed = false;  ///< `observe layer4`
    unsigned error_limit = 10;
    OnError on_error = OnError::fail_check;
    bool down_ends_sessions = false;       ///< `on-marked-down shutdown-sessions`
    bool up_ends_backup_sessions = false;  ///< `on-marked-up shutdown-backup-sessions`
    std::string track;                     ///< as written: "backend/server", or "server" of the same backend
    std::optional<ServerPlace> tracked;    ///< what `track` names
    bool send_proxy = false;               ///< begin with a PROXY protocol header
    bool send_proxy_v2 = false;            ///< the same of version 2, which goes before version 1
    ProxyV2Options proxy_v2;
    Location where;

    bool sends_header() const { return send_proxy || send_proxy_v2; }
};

struct Backend {
    std::string name;
    unsigned id =
        0;  ///< from 2 in the order of the sections, HAProxy's iid; both halves of a listen share it
    std::string description;
    std::optional<unsigned> own_id;  ///< `id`
    unsigned place = 0;              ///< of its section among all; `id` need not follow it
    Algorithm algorithm = Algorithm::leastconn;
    unsigned random_draws = 2;  ///< of `balance = random(N)`
    HashType hash_type;
    unsigned hash_balance_factor = 0;  ///< percent of the mean load that a server may have; 0: any load
    Source source;                     ///< of servers that have none of their own
    std::vector<Server> servers;
    bool is_listen = false;  ///< from a [listen] section; HAProxy then says "proxy" instead of "backend"

    milliseconds timeout_connect{5000};
    milliseconds timeout_server{50000};
    milliseconds timeout_server_fin{30000};
    std::optional<milliseconds> timeout_tunnel;
    std::optional<milliseconds> timeout_check;
    std::optional<milliseconds> timeout_queue;  ///< absent: timeout_connect
    unsigned fullconn = 0;                      ///< 0: a tenth of its frontends' maxconn
    bool abortonclose = false;
    HealthCheck health_check;
    bool log_health_checks = false;
    unsigned retries = 3;
    bool redispatch = true;
    bool all_backups = false;
    bool keepalive = false;        ///< SO_KEEPALIVE towards the servers
    unsigned keepalive_count = 0;  ///< these three: 0 is the system's
    seconds keepalive_idle{0};
    seconds keepalive_interval{0};
    bool nolinger = false;                          ///< connections to servers are closed by RST
    std::shared_ptr<const std::string> sorry_page;  ///< `errorfile 503`; null where there is none
    std::string sorry_path;                         ///< the file it came from
    std::string log_tag;                            ///< empty: that of [global]
    std::vector<LogTarget> logs;
    std::vector<StickRule> stick_rules;
    milliseconds inspect_delay{0};  ///< 0: rules look at what is there and do not wait
    SectionRules rules;             ///< none in a listen, whose rules are its frontend's
    std::vector<ServerRule> server_rules;
    Location where;
};

/// Rights of a unix listening socket; absent means untouched.
struct UnixRights {
    std::optional<mode_t> mode;
    std::optional<uid_t> user;
    std::optional<gid_t> group;
};

/// One listening socket: a `bind` with a port range or several addresses becomes several of these.
struct Bind {
    os::Address address;              ///< AF_UNSPEC where `inherited_fd` is given
    std::optional<int> inherited_fd;  ///< `fd@N`
    std::string name;                 ///< `name`; else empty, and the log says its number
    unsigned id = 0;                  ///< from 1 within the frontend, in order of writing
    unsigned backlog = 0;             ///< 0: the frontend's connection limit
    unsigned maxconn = 0;             ///< 0: no limit of its own
    std::string interface;
    std::optional<bool> v6only;  ///< `v6only` true, `v4v6` false, absent: the system's setting
    bool defer_accept = false;
    bool transparent = false;      ///< of an address that is not this machine's
    bool fast_open = false;        ///< `tfo`
    int mss = 0;                   ///< 0: the interface's; below 0: so much less than it would be
    milliseconds user_timeout{0};  ///< `tcp-ut`
    os::KeepaliveTimes keepalive;  ///< these four: of all that it accepts, from the frontend and the process
    bool reset_on_close = false;
    std::size_t receive_buffer = 0;
    std::size_t send_buffer = 0;
    bool accept_proxy = false;               ///< connections begin with a PROXY protocol header
    protocol::SourceList accept_proxy_from;  ///< only those from here, where it is not empty
    // Bytes a second; 0: no limit. In: from clients, out: to them.
    std::size_t bwlim_in = 0;  ///< of all its connections together
    std::size_t bwlim_out = 0;
    std::size_t bwlim_in_each = 0;  ///< of each connection
    std::size_t bwlim_out_each = 0;
    UnixRights rights;
    Location where;
};

/// `filter bwlim-in`, `filter bwlim-out`: a limit that a rule puts connections under, each by itself.
struct BandwidthFilter {
    enum class Direction : std::uint8_t { in, out };  ///< from clients, to clients

    std::string name;
    Direction direction = Direction::in;
    std::size_t bytes = 0;     ///< in each `period`; never 0
    milliseconds period{0};    ///< never 0
    std::size_t min_size = 0;  ///< move at least so many at a time
    bool used = false;         ///< by some rule
    Location where;
};

struct Frontend {
    std::string name;
    unsigned id = 0;  ///< as Backend::id
    std::optional<unsigned> own_id;
    unsigned place = 0;  ///< as Backend::place
    std::string description;
    std::vector<Bind> binds;
    std::vector<BandwidthFilter> bandwidth_filters;
    std::optional<std::size_t> backend;  ///< index into Config::backends; absent: no server can be reached
    unsigned maxconn = 0;                ///< 0: the process's limit
    unsigned session_rate = 0;           ///< `rate-limit sessions`; 0: no limit
    milliseconds timeout_client{50000};
    milliseconds timeout_client_fin{30000};
    std::optional<milliseconds> timeout_client_hs;  ///< absent: `timeout client`
    bool tcplog = false;
    bool dontlognull = false;
    bool logasap = false;
    bool log_start = false;        ///< a line when the session begins, too
    bool dontlog_normal = false;   ///< lines of trouble only
    bool separate_errors = false;  ///< lines of trouble have the level err
    LineFormat log_format;         ///< replaces tcplog's; empty: none
    LineFormat unique_id_format;   ///< empty: sessions have no unique-id
    std::string log_tag;           ///< empty: that of [global]
    Anonymity anonymity = Anonymity::none;

    /// Each session has a line of its own when it ends.
    bool logs_sessions() const { return tcplog || !log_format.empty(); }
    bool keepalive = false;        ///< SO_KEEPALIVE towards the clients
    unsigned keepalive_count = 0;  ///< these three: 0 is the system's
    seconds keepalive_idle{0};
    seconds keepalive_interval{0};
    bool nolinger = false;                          ///< connections of clients are closed by RST
    std::shared_ptr<const std::string> sorry_page;  ///< used where the backend has none
    std::string sorry_path;                         ///< the file it came from
    std::vector<LogTarget> logs;
    milliseconds inspect_delay{0};  ///< as Backend::inspect_delay
    bool log_rejects = false;
    SectionRules rules;
    Location where;
};

/// What a client of a statistics socket may do; each may do what those before it may.
enum class AdminLevel : std::uint8_t { user, oper, admin };

/// `stats socket`: where administrators and their programs connect.
struct StatsSocket {
    os::Address address;              ///< AF_UNSPEC where `inherited_fd` is given
    std::optional<int> inherited_fd;  ///< `fd@N`
    UnixRights rights;
    AdminLevel level = AdminLevel::oper;
    bool exposes_listeners = false;  ///< `expose-fd listeners`
    Location where;
};

struct Global {
    std::optional<unsigned> maxconn;  ///< absent: computed from the descriptor limit
    unsigned connection_rate = 0;     ///< `maxconnrate`; 0: no limit
    unsigned session_rate = 0;        ///< `maxsessrate`; 0: no limit
    std::vector<LogTarget> logs;
    std::string log_tag = "spliced";
    std::string log_send_hostname = "no";  ///< or "yes", or the name to send
    std::optional<uid_t> user;
    std::optional<gid_t> group;
    std::string user_name;  ///< as written, for messages
    std::string group_name;
    std::string chroot;
    bool daemon = false;
    std::string pidfile;
    milliseconds hard_stop_after{0};  ///< 0: unbounded
    std::optional<unsigned> ulimit_n;
    bool nosplice = false;
    std::optional<unsigned> maxpipes;       ///< absent: a quarter of maxconn
    std::size_t pipesize = 0;               ///< bytes; 0: the system's default, growing with the flow
    std::size_t receive_buffer_client = 0;  ///< these four: bytes; 0: the system's, growing with the flow
    std::size_t receive_buffer_server = 0;
    std::size_t send_buffer_client = 0;
    std::size_t send_buffer_server = 0;
    int maxaccept = 4;            ///< connections a listener takes at a time; -1: no bound
    unsigned spread_checks = 0;   ///< 0 to 50, percent
    bool seccomp = true;          ///< refuse the system calls that the program has no use for
    bool landlock = true;         ///< refuse the files and folders that it has no use for
    bool external_check = false;  ///< programs may be run as checks
    bool insecure_fork_wanted = false;
    std::string description;
    std::vector<StatsSocket> stats_sockets;
    milliseconds stats_timeout{10000};
    unsigned stats_maxconn = 10;
};

/// `[stats]`: the page in the browser, and what monitoring reads.
struct StatusPage {
    std::vector<Bind> binds;  ///< none: there is no page
    unsigned maxconn = 32;
    milliseconds refresh{2000};  ///< between two looks of a page that is open
    Location where;
};

struct Config {
    Global global;
    StatusPage page;
    std::vector<Resolvers> resolvers;
    std::vector<Frontend> frontends;
    std::vector<Backend> backends;
    std::vector<StickTable> stick_tables;  ///< in the order of their sections
};

}  // namespace spliced::config
