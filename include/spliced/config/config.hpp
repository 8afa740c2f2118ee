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
#include "spliced/config/line_format.hpp"
#include "spliced/os/address.hpp"

namespace spliced::config {

using std::chrono::milliseconds;

/// Where a thing was written, for messages: "/etc/spliced/spliced.ini:12".
struct Location {
    std::string file;
    unsigned line = 0;
};

/// Of an active check. Absent intervals take `inter`, as in HAProxy.
struct Check {
    bool enabled = false;
    milliseconds inter{2000};
    std::optional<milliseconds> fastinter;
    std::optional<milliseconds> downinter;
    unsigned rise = 2;    ///< 1 and up
    unsigned fall = 3;    ///< 1 and up
    os::Address address;  ///< where to connect: `addr` and `port` where given, else the server's
};

struct Server {
    std::string name;
    os::Address address;
    unsigned weight = 1;  ///< 0 to 256; 0 takes no new connection
    bool backup = false;
    bool disabled = false;
    Check check;
    std::optional<os::Address> source;  ///< port 0 where the kernel is to choose
    Location where;
};

enum class Algorithm { leastconn, roundrobin, first };

struct Backend {
    std::string name;
    unsigned id =
        0;  ///< from 2 in the order of the sections, HAProxy's iid; both halves of a listen share it
    std::string description;
    Algorithm algorithm = Algorithm::leastconn;
    std::vector<Server> servers;
    bool is_listen = false;  ///< from a [listen] section; HAProxy then says "proxy" instead of "backend"

    milliseconds timeout_connect{5000};
    milliseconds timeout_server{50000};
    milliseconds timeout_server_fin{30000};
    std::optional<milliseconds> timeout_tunnel;
    std::optional<milliseconds> timeout_check;
    unsigned retries = 3;
    bool redispatch = true;
    bool all_backups = false;
    bool keepalive = false;                         ///< SO_KEEPALIVE towards the servers
    std::shared_ptr<const std::string> sorry_page;  ///< `errorfile 503`; null where there is none
    std::string sorry_path;                         ///< the file it came from
    std::string log_tag;                            ///< empty: that of [global]
    std::vector<LogTarget> logs;
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
    UnixRights rights;
    Location where;
};

struct Frontend {
    std::string name;
    unsigned id = 0;  ///< as Backend::id
    std::string description;
    std::vector<Bind> binds;
    std::optional<std::size_t> backend;  ///< index into Config::backends; absent: no server can be reached
    unsigned maxconn = 0;                ///< 0: the process's limit
    milliseconds timeout_client{50000};
    milliseconds timeout_client_fin{30000};
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
    bool keepalive = false;                         ///< SO_KEEPALIVE towards the clients
    std::shared_ptr<const std::string> sorry_page;  ///< used where the backend has none
    std::string sorry_path;                         ///< the file it came from
    std::vector<LogTarget> logs;
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
    std::optional<unsigned> maxpipes;  ///< absent: a quarter of maxconn
    std::size_t pipesize = 0;          ///< bytes; 0: the system's default, growing with the flow
    int maxaccept = 4;                 ///< connections a listener takes at a time; -1: no bound
    unsigned spread_checks = 0;        ///< 0 to 50, percent
    bool seccomp = true;               ///< refuse the system calls that the program has no use for
    bool landlock = true;              ///< refuse the files and folders that it has no use for
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
    std::vector<Frontend> frontends;
    std::vector<Backend> backends;
};

}  // namespace spliced::config
