#include "spliced/config/keywords.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace spliced::config {
namespace {

constexpr unsigned global = in_global;
constexpr unsigned clients = in_frontend | in_listen;
constexpr unsigned servers = in_listen | in_backend;
constexpr unsigned front = in_defaults | clients;
constexpr unsigned back = in_defaults | servers;
constexpr unsigned proxies = front | back;
constexpr unsigned all = global | proxies;
constexpr unsigned page = in_stats;
constexpr unsigned sections = clients | servers;
constexpr unsigned ruled = clients | servers;
constexpr unsigned names = in_resolvers;
constexpr unsigned titled = global | clients | servers;

constexpr Range from_zero{0, INT32_MAX};
constexpr Range from_one{1, INT32_MAX};
constexpr Range up_to_an_hour{100, 3'600'000};
constexpr Range up_to_127{0, 127};             // the kernel's MAX_TCP_KEEPCNT
constexpr Range up_to_9_hours{0, 32'767'000};  // its MAX_TCP_KEEPIDLE, in milliseconds
constexpr Range up_to_a_gigabyte{0, 1 << 30};

constexpr bool yes = true;
constexpr bool no = false;

// In the order of the manual page, which is also the order of the dump. Columns are worth more here than a
// width.
// clang-format off
constexpr Keyword table[] = {
    // The process: name, sections, field, default, reloadable, help, range
    {"user",                global,  Special::user,                 "none",         no,  "account to run as once all ports are bound"},
    {"group",               global,  Special::group,                "none",         no,  "group to run as once all ports are bound"},
    {"chroot",              global,  &Global::chroot,               "none",         no,  "folder to lock the process into"},
    {"daemon",              global,  &Global::daemon,               "no",           no,  "run in the background"},
    {"pidfile",             global,  &Global::pidfile,              "none",         no,  "file for the process's number"},
    {"maxconn",             global,  &Global::maxconn,              "computed",     yes, "connections of the process at a time", from_one},
    {"maxconnrate",         global,  &Global::connection_rate,      "0",            yes, "new connections of the process a second", from_zero},
    {"maxsessrate",         global,  &Global::session_rate,         "0",            yes, "new sessions of the process a second", from_zero},
    {"ulimit-n",            global,  &Global::ulimit_n,             "the system's", no,  "file descriptors of the process", from_one},
    {"hard-stop-after",     global,  &Global::hard_stop_after,      "0",            yes, "longest wait of a soft stop"},
    {"nosplice",            global,  &Global::nosplice,             "no",           yes, "copy, never use splice(2)"},
    {"maxpipes",            global,  &Global::maxpipes,             "maxconn/4",    yes, "pipes for splicing", from_zero},
    {"tune.pipesize",       global,  &Global::pipesize,             "0",            yes, "bytes that a pipe may hold", up_to_a_gigabyte},
    {"tune.maxaccept",      global,  Special::maxaccept,            "4",            yes, "connections that a listener takes in a turn"},
    {"tune.rcvbuf.client",  global,  &Global::receive_buffer_client, "0",           no,  "receive buffer towards clients, in bytes", up_to_a_gigabyte},
    {"tune.rcvbuf.server",  global,  &Global::receive_buffer_server, "0",           yes, "the same towards servers", up_to_a_gigabyte},
    {"tune.sndbuf.client",  global,  &Global::send_buffer_client,   "0",            no,  "send buffer towards clients, in bytes", up_to_a_gigabyte},
    {"tune.sndbuf.server",  global,  &Global::send_buffer_server,   "0",            yes, "the same towards servers", up_to_a_gigabyte},
    {"spread-checks",       global,  &Global::spread_checks,        "0",            yes, "percent by which checks are moved", Range{0, 50}},
    {"external-check",      global,  &Global::external_check,       "no",           no,  "allow programs as checks"},
    {"insecure-fork-wanted", global, &Global::insecure_fork_wanted, "no",           no,  "allow to start programs at all"},
    {"seccomp",             global,  &Global::seccomp,              "yes",          no,  "refuse system calls that are not needed"},
    {"landlock",            global,  &Global::landlock,             "yes",          no,  "refuse files that are not needed"},
    {"log",                 all,     Special::log,                  "none",         yes, "where log lines go"},
    {"log-tag",             all,     Special::log_tag,              "spliced",      yes, "what syslog knows the program by"},
    {"log-send-hostname",   global,  &Global::log_send_hostname,    "no",           yes, "the host's name in syslog's lines"},
    {"stats socket",        global,  Special::stats_socket,         "none",         no,  "where administrators connect"},
    {"stats timeout",       global,  &Global::stats_timeout,        "10s",          yes, "longest silence of an administrator", from_one},
    {"stats maxconn",       global,  &Global::stats_maxconn,        "10",           yes, "administrators at a time", from_one},
    {"description",         titled,  Special::description,          "none",         yes, "text for people"},
    {"id",                  sections, Special::id,                  "the next free number", yes, "number of the section"},

    // The clients' side
    {"bind",                clients, Special::bind,                 "none",         yes, "where clients connect"},
    {"maxconn",             front,   &Frontend::maxconn,            "0",            yes, "connections of the frontend at a time", from_zero},
    {"rate-limit sessions", front,   &Frontend::session_rate,       "0",            yes, "new sessions of the frontend a second", from_zero},
    {"default_backend",     front,   Special::backend_choice,       "none",         yes, "backend that serves the frontend"},
    {"timeout client",      front,   &Frontend::timeout_client,     "50s",          yes, "longest silence of a client"},
    {"timeout client-fin",  front,   &Frontend::timeout_client_fin, "30s",          yes, "the same once its server has finished"},
    {"timeout client-hs",   front,   &Frontend::timeout_client_hs,  "timeout client", yes, "longest wait for a PROXY protocol header"},
    {"filter bwlim-in",     clients, Special::bandwidth_in,         "none",         yes, "a limit of what clients send, for rules"},
    {"filter bwlim-out",    clients, Special::bandwidth_out,        "none",         yes, "a limit of what is sent to them, for rules"},
    {"option tcplog",       front,   &Frontend::tcplog,             "no",           yes, "a full log line for each connection"},
    {"option dontlognull",  front,   &Frontend::dontlognull,        "no",           yes, "no line where the client sent nothing"},
    {"option logasap",      front,   &Frontend::logasap,            "no",           yes, "log when the server is reached"},
    {"option dontlog-normal", front, &Frontend::dontlog_normal,     "no",           yes, "log only what went wrong"},
    {"option log-separate-errors", front, &Frontend::separate_errors, "no",         yes, "log what went wrong as errors"},
    {"log-format",          front,   &Frontend::log_format,         "tcplog's",     yes, "the log line of a connection"},
    {"log-start",           front,   &Frontend::log_start,          "no",           yes, "a log line when a connection begins, too"},
    {"log-anonymize",       front,   &Frontend::anonymity,          "no",           yes, "leave clients out of log lines, or hash them"},
    {"unique-id-format",    front,   &Frontend::unique_id_format,   "none",         yes, "a name for each connection"},
    {"option clitcpka",     front,   &Frontend::keepalive,          "no",           yes, "TCP keepalive towards clients"},
    {"clitcpka-cnt",        front,   &Frontend::keepalive_count,    "0",            yes, "unanswered probes that end it", up_to_127},
    {"clitcpka-idle",       front,   &Frontend::keepalive_idle,     "0",            yes, "silence before the first probe", up_to_9_hours},
    {"clitcpka-intvl",      front,   &Frontend::keepalive_interval, "0",            yes, "time between two probes", up_to_9_hours},
    {"option tcp-smart-accept", front, Special::smart_option,       "yes",          yes, "no needless ACK to clients"},

    {"option log-rejects",  front,   &Frontend::log_rejects,        "no",           yes, "log whom connection and session rules turn away"},

    // Rules
    {"acl",                 ruled,   Special::acl,                  "none",         yes, "a test with a name, for rules"},
    {"tcp-request inspect-delay", clients, &Frontend::inspect_delay, "0",           yes, "longest wait of rules for the client's first bytes"},
    {"tcp-request inspect-delay", in_backend, &Backend::inspect_delay, "0",         yes, "longest wait of rules for the client's first bytes"},
    {"tcp-request",         ruled,   Special::tcp_request,          "none",         yes, "whom to turn away"},
    {"use_backend",         clients, Special::use_backend,          "none",         yes, "backend that serves whom a condition holds for"},
    {"use-server",          servers, Special::use_server,           "none",         yes, "server for whom a condition holds, while it is up"},

    // The servers' side
    {"balance",             back,    Special::balance,              "leastconn",    yes, "how a server is chosen"},
    {"hash-type",           back,    Special::hash_type,            "map-based sdbm", yes, "how 'balance = source' and 'hash' hash"},
    {"hash-balance-factor", back,    Special::hash_balance_factor,  "0",            yes, "percent of the mean load that a hash may give"},
    {"default-server",      back,    Special::default_server,       "none",         yes, "parameters of the servers below"},
    {"server",              servers, Special::server,               "none",         yes, "a server to forward to"},
    {"server-template",     servers, Special::server_template,      "none",         yes, "several servers behind one name"},
    {"timeout connect",     back,    &Backend::timeout_connect,     "5s",           yes, "longest wait for a connection"},
    {"timeout server",      back,    &Backend::timeout_server,      "50s",          yes, "longest silence of a server"},
    {"timeout server-fin",  back,    &Backend::timeout_server_fin,  "30s",          yes, "the same once its client has finished"},
    {"timeout tunnel",      back,    &Backend::timeout_tunnel,      "none",         yes, "replaces both silences once connected"},
    {"timeout queue",       back,    &Backend::timeout_queue,       "timeout connect", yes, "longest wait for a place at a server"},
    {"fullconn",            back,    &Backend::fullconn,            "0",            yes, "sessions at which servers have their full maxconn", from_zero},
    {"option abortonclose", back,    &Backend::abortonclose,        "no",           yes, "give up for a client that has sent FIN"},
    {"timeout check",       back,    &Backend::timeout_check,       "none",         yes, "lets timeout connect bound checks"},
    {"retries",             back,    &Backend::retries,             "3",            yes, "further attempts to connect", from_zero},
    {"option redispatch",   back,    &Backend::redispatch,          "yes",          yes, "make them at other servers"},
    {"option allbackups",   back,    &Backend::all_backups,         "no",           yes, "use all backup servers, not the first"},
    {"option srvtcpka",     back,    &Backend::keepalive,           "no",           yes, "TCP keepalive towards servers"},
    {"srvtcpka-cnt",        back,    &Backend::keepalive_count,     "0",            yes, "unanswered probes that end it", up_to_127},
    {"srvtcpka-idle",       back,    &Backend::keepalive_idle,      "0",            yes, "silence before the first probe", up_to_9_hours},
    {"srvtcpka-intvl",      back,    &Backend::keepalive_interval,  "0",            yes, "time between two probes", up_to_9_hours},
    {"source",              back,    Special::source,               "the system's choice", yes, "local address to connect from"},
    {"option tcp-smart-connect", back, Special::smart_option,       "yes",          yes, "no needless ACK to servers"},

    // How servers are checked
    {"option tcp-check",      back,  CheckKind::tcp,                "no",           yes, "checks are the rules of tcp-check"},
    {"tcp-check",             back,  Special::tcp_check,            "none",         yes, "one step of a check"},
    {"option httpchk",        back,  CheckKind::http,               "no",           yes, "checks are HTTP requests"},
    {"http-check",            back,  Special::http_check,           "none",         yes, "one step of a check over HTTP"},
    {"option redis-check",    back,  CheckKind::redis,              "no",           yes, "checks ping a Redis server"},
    {"option mysql-check",    back,  CheckKind::mysql,              "no",           yes, "checks greet a MySQL or MariaDB server"},
    {"option pgsql-check",    back,  CheckKind::pgsql,              "no",           yes, "checks greet a PostgreSQL server"},
    {"option smtpchk",        back,  CheckKind::smtp,               "no",           yes, "checks greet a mail server"},
    {"option ssl-hello-chk",  back,  CheckKind::ssl_hello,          "no",           yes, "checks begin a TLS handshake"},
    {"option ldap-check",     back,  CheckKind::ldap,               "no",           yes, "checks bind to an LDAP server"},
    {"option external-check", back,  CheckKind::external,           "no",           yes, "checks run a program"},
    {"external-check command", back, &HealthCheck::program,         "none",         yes, "the program of external checks"},
    {"external-check path",   back,  &HealthCheck::program_path,    "none",         yes, "its PATH"},
    {"option log-health-checks", back, &Backend::log_health_checks, "no",           yes, "a line for each check that counts"},

    // Both sides
    {"option tcpka",        proxies, Special::both_keepalives,      "no",           yes, "TCP keepalive towards both"},
    {"option nolinger",     proxies, Special::nolinger,             "no",           yes, "close by RST, whatever is lost"},
    {"errorfile 503",       proxies, Special::errorfile,            "none",         yes, "page for whom no server can be reached"},

    {"stick",               servers, Special::stick,                "none",         yes, "send clients back to the server they had"},
    {"stick-table",         clients | servers, Special::stick_table, "none",         yes, "what to remember of clients"},

    // The status page
    {"bind",                page,    Special::page_bind,            "none",         no,  "where browsers and monitoring connect"},
    {"maxconn",             page,    &StatusPage::maxconn,          "32",           yes, "their connections at a time", from_one},
    {"refresh",             page,    &StatusPage::refresh,          "2s",           yes, "time until an open page is brought up to date", up_to_an_hour},

    // Name servers
    {"nameserver",          names,   Special::nameserver,           "none",         yes, "a name server to ask"},
    {"parse-resolv-conf",   names,   &Resolvers::of_system,         "no",           yes, "ask those of /etc/resolv.conf as well"},
    {"resolve_retries",     names,   &Resolvers::retries,           "3",            yes, "attempts to resolve a name", from_one},
    {"timeout resolve",     names,   &Resolvers::timeout_resolve,   "1s",           yes, "time between two resolutions of a name", from_one},
    {"timeout retry",       names,   &Resolvers::timeout_retry,     "1s",           yes, "longest wait for an answer", from_one},
    {"hold valid",          names,   &Resolvers::hold_valid,        "10s",          yes, "shortest time that an answer holds"},
    {"hold obsolete",       names,   &Resolvers::hold_obsolete,     "0",            yes, "time until an address that is gone is left"},
    {"hold nx",             names,   &Resolvers::hold_nx,           "30s",          yes, "time until a name that is gone is told of"},
    {"hold timeout",        names,   &Resolvers::hold_timeout,      "30s",          yes, "the same for want of answers"},
    {"hold refused",        names,   &Resolvers::hold_refused,      "30s",          yes, "the same for questions that are refused"},
    {"hold other",          names,   &Resolvers::hold_other,        "30s",          yes, "the same for other failures"},
    {"accepted_payload_size", names, &Resolvers::payload,           "512",          yes, "largest answer by UDP, in bytes", Range{512, 65535}},
};
// clang-format on

struct SectionName {
    Sections section;
    std::string_view text;
};

constexpr std::array section_names{
    SectionName{in_global, "[global]"},      SectionName{in_defaults, "[defaults]"},
    SectionName{in_frontend, "[frontend]"},  SectionName{in_listen, "[listen]"},
    SectionName{in_backend, "[backend]"},    SectionName{in_stats, "[stats]"},
    SectionName{in_resolvers, "[resolvers]"}};

bool is(const Keyword& keyword, Special special) {
    const auto* target = std::get_if<Special>(&keyword.target);
    return target != nullptr && *target == special;
}

}  // namespace

std::span<const Keyword> keywords() {
    return table;
}

bool may_repeat(const Keyword& keyword) {
    return is(keyword, Special::bind) || is(keyword, Special::page_bind) || is(keyword, Special::log) ||
           is(keyword, Special::stats_socket) || is(keyword, Special::tcp_check) ||
           is(keyword, Special::http_check) || is(keyword, Special::acl) ||
           is(keyword, Special::tcp_request) || is(keyword, Special::use_backend) ||
           is(keyword, Special::use_server) || is(keyword, Special::stick);
}

bool takes_name(const Keyword& keyword) {
    return is(keyword, Special::server) || is(keyword, Special::server_template) ||
           is(keyword, Special::nameserver) || is(keyword, Special::acl) ||
           is(keyword, Special::use_backend) || is(keyword, Special::use_server) ||
           is(keyword, Special::bandwidth_in) || is(keyword, Special::bandwidth_out);
}

const Keyword* find_keyword(std::string_view name, unsigned section) {
    const auto* found = std::find_if(std::begin(table), std::end(table), [&](const Keyword& keyword) {
        return keyword.name == name && (keyword.sections & section) != 0;
    });
    return found == std::end(table) ? nullptr : found;
}

std::string sections_text(unsigned sections) {
    std::string text;
    for (const auto& name : section_names) {
        if ((sections & name.section) == 0) continue;
        sections &= ~static_cast<unsigned>(name.section);
        if (!text.empty()) text += sections == 0 ? " or " : ", ";
        text += name.text;
    }
    return text;
}

}  // namespace spliced::config
