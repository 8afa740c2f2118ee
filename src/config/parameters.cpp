#include "spliced/config/parameters.hpp"

namespace spliced::config {
namespace {

constexpr Range from_one{1, INT32_MAX};
constexpr Range up_to_a_terabyte{0, INT64_C(1) << 40};

using FamilyFlag = Flag<Bind, std::optional<bool>>;

// Name, field, default, help, range. The order is that of the manual page and of the dump.
// clang-format off
constexpr BindParameter bind_table[] = {
    {"backlog",      &Bind::backlog,                        "the frontend's maxconn", "connections that the kernel keeps waiting"},
    {"name",         &Bind::name,                           "its number",             "name of the listener in messages"},
    {"maxconn",      &Bind::maxconn,                        "0",                      "connections of this listener at a time"},
    {"interface",    &Bind::interface,                      "any",                    "network interface to listen on"},
    {"v4v6",         FamilyFlag{&Bind::v6only, false},      "the system's",           "IPv6 takes IPv4 as well"},
    {"v6only",       FamilyFlag{&Bind::v6only, true},       "the system's",           "IPv6 alone"},
    {"defer-accept", Flag<Bind>{&Bind::defer_accept, true}, "off",                    "accept when the client has spoken"},
    {"transparent",  Flag<Bind>{&Bind::transparent, true},  "off",                    "take an address that is not this machine's"},
    {"tfo",          Flag<Bind>{&Bind::fast_open, true},    "off",                    "TCP Fast Open"},
    {"mss",          &Bind::mss,                            "the interface's",        "largest segment; below 0: so much less", Range{-32767, 32767}},
    {"tcp-ut",       &Bind::user_timeout,                   "the system's",           "longest wait for a client's acknowledgement"},
    {"accept-proxy", Flag<Bind>{&Bind::accept_proxy, true}, "off",                    "connections begin with a PROXY protocol header"},
    {"accept-proxy-from", BindSpecial::accept_proxy_from,   "any",                    "only those from these networks do"},
    {"bwlim-in",     &Bind::bwlim_in,                       "0",                      "bytes a second from all its clients", up_to_a_terabyte},
    {"bwlim-out",    &Bind::bwlim_out,                      "0",                      "bytes a second to all its clients", up_to_a_terabyte},
    {"bwlim-in-each", &Bind::bwlim_in_each,                 "0",                      "bytes a second from each client", up_to_a_terabyte},
    {"bwlim-out-each", &Bind::bwlim_out_each,               "0",                      "bytes a second to each client", up_to_a_terabyte},
    {"mode",         BindSpecial::mode,                     "the umask's",            "rights of the unix socket, in octal"},
    {"user",         BindSpecial::user,                     "the process's",          "owner of the unix socket"},
    {"group",        BindSpecial::group,                    "the process's",          "group of the unix socket"},
};

constexpr ServerParameter server_table[] = {
    {"check",     Flag<Check>{&Check::enabled, true},     "off",                 "check the server"},
    {"no-check",  Flag<Check>{&Check::enabled, false},    "off",                 "takes back 'check'"},
    {"inter",     &Check::inter,                          "2s",                  "time between two checks", from_one},
    {"fastinter", &Check::fastinter,                      "inter",               "the same while the state changes", from_one},
    {"downinter", &Check::downinter,                      "inter",               "the same while the server is down", from_one},
    {"rise",      &Check::rise,                           "2",                   "passed checks that bring it up", from_one},
    {"fall",      &Check::fall,                           "3",                   "failed checks that bring it down", from_one},
    {"port",      ServerSpecial::port,                    "the server's",        "port to check"},
    {"addr",      ServerSpecial::addr,                    "the server's",        "address to check"},
    {"check-send-proxy",    Flag<Check>{&Check::send_proxy, true},  "as traffic", "checks begin with a PROXY header, too"},
    {"no-check-send-proxy", Flag<Check>{&Check::send_proxy, false}, "off", "takes back 'check-send-proxy'"},
    {"observe",        ServerSpecial::observe,        "off",        "layer4: failed connections count as checks"},
    {"error-limit",    &Server::error_limit,          "10",         "how many of them in a row", from_one},
    {"on-error",       ServerSpecial::on_error,       "fail-check", "what follows"},
    {"on-marked-down", ServerSpecial::on_marked_down, "none",       "shutdown-sessions: ends them when it goes down"},
    {"on-marked-up",   ServerSpecial::on_marked_up,   "none",       "shutdown-backup-sessions: ends those of backups"},
    {"track",          ServerSpecial::track,          "none",       "the server whose health it takes over"},
    {"agent-check",    Flag<Agent>{&Agent::enabled, true},  "off",          "ask an agent on the server"},
    {"no-agent-check", Flag<Agent>{&Agent::enabled, false}, "off",          "takes back 'agent-check'"},
    {"agent-port",     &Agent::port,                        "none",         "port of the agent", Range{1, UINT16_MAX}},
    {"agent-addr",     ServerSpecial::agent_addr,           "the server's", "address of the agent"},
    {"agent-inter",    &Agent::inter,                       "2s",           "time between two questions", from_one},
    {"agent-send",     ServerSpecial::agent_send,           "nothing",      "what it is sent first"},
    {"weight",    &Server::weight,                        "1",                   "share of the connections", Range{0, 256}},
    {"slowstart", &Server::slowstart,                     "none",                "time in which its weight grows once it came back"},
    {"id",        &Server::own_id,                        "the next free number", "number of the server", Range{1, INT32_MAX}},
    {"maxconn",   &Server::maxconn,                       "0",                   "connections of the server at a time", Range{0, INT32_MAX}},
    {"minconn",   &Server::minconn,                       "0",                   "the same while the backend is idle", Range{0, INT32_MAX}},
    {"maxqueue",  &Server::maxqueue,                      "0",                   "clients that may wait for the server alone", Range{0, INT32_MAX}},
    {"backup",    Flag<Server>{&Server::backup, true},    "off",                 "only when the others are down"},
    {"no-backup", Flag<Server>{&Server::backup, false},   "off",                 "takes back 'backup'"},
    {"disabled",  Flag<Server>{&Server::disabled, true},  "off",                 "starts in maintenance"},
    {"enabled",   Flag<Server>{&Server::disabled, false}, "off",                 "takes back 'disabled'"},
    {"non-stick", Flag<Server>{&Server::non_stick, true}, "off",                 "stick does not remember it"},
    {"source",    ServerSpecial::source,                  "the system's choice", "local address to connect from"},
    {"usesrc",    ServerSpecial::usesrc,                  "none",                "whose address the server sees: client, clientip or an address"},
    {"interface", ServerSpecial::interface,               "any",                 "network interface to connect through"},
    {"tcp-ut",    &Server::user_timeout,                  "the system's",        "longest wait for a server's acknowledgement"},
    {"tfo",       Flag<Server>{&Server::fast_open, true}, "off",                 "TCP Fast Open"},
    {"send-proxy", Flag<Server>{&Server::send_proxy, true}, "off",               "begin with a PROXY protocol header"},
    {"no-send-proxy", Flag<Server>{&Server::send_proxy, false}, "off",           "takes back 'send-proxy'"},
    {"send-proxy-v2", Flag<Server>{&Server::send_proxy_v2, true}, "off",         "begin with one of version 2"},
    {"no-send-proxy-v2", Flag<Server>{&Server::send_proxy_v2, false}, "off",     "takes back 'send-proxy-v2'"},
    {"proxy-v2-options", ServerSpecial::proxy_v2_options, "none",                "what it carries: crc32c, authority, unique-id"},
    {"resolvers", ServerSpecial::resolvers,               "none",                "section of name servers that follow the name"},
    {"resolve-prefer", ServerSpecial::resolve_prefer,     "ipv6",                "family of addresses to ask for first"},
    {"resolve-net", ServerSpecial::resolve_net,           "none",                "networks of addresses to prefer"},
    {"resolve-opts", ServerSpecial::resolve_opts,         "none",                "how addresses and weights are taken"},
    {"init-addr", ServerSpecial::init_addr,               "last,libc",           "where the first address comes from"},
};

constexpr LogParameter log_table[] = {
    {"len",    LogSpecial::len,    "1024",  "longest line in bytes", Range{80, 65535}},
    {"format", LogSpecial::format, "local", "what stands in front of the message"},
    {"sample", LogSpecial::sample, "all",   "which of the lines are sent"},
};

constexpr StatsSocketParameter stats_socket_table[] = {
    {"mode",      StatsSocketSpecial::mode,      "the umask's",   "rights of the unix socket, in octal"},
    {"user",      StatsSocketSpecial::user,      "the process's", "owner of the unix socket"},
    {"group",     StatsSocketSpecial::group,     "the process's", "group of the unix socket"},
    {"level",     StatsSocketSpecial::level,     "operator",      "what its clients may do: user, operator or admin"},
    {"expose-fd", StatsSocketSpecial::expose_fd, "off",           "listeners: a successor may ask for them"},
};
// clang-format on

}  // namespace

std::span<const BindParameter> bind_parameters() {
    return bind_table;
}
std::span<const ServerParameter> server_parameters() {
    return server_table;
}
std::span<const LogParameter> log_parameters() {
    return log_table;
}
std::span<const StatsSocketParameter> stats_socket_parameters() {
    return stats_socket_table;
}

}  // namespace spliced::config
