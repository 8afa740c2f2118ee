#include "spliced/config/parameters.hpp"

namespace spliced::config {
namespace {

constexpr Range from_one{1, INT32_MAX};

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
    {"weight",    &Server::weight,                        "1",                   "share of the connections", Range{0, 256}},
    {"backup",    Flag<Server>{&Server::backup, true},    "off",                 "only when the others are down"},
    {"no-backup", Flag<Server>{&Server::backup, false},   "off",                 "takes back 'backup'"},
    {"disabled",  Flag<Server>{&Server::disabled, true},  "off",                 "starts in maintenance"},
    {"enabled",   Flag<Server>{&Server::disabled, false}, "off",                 "takes back 'disabled'"},
    {"source",    ServerSpecial::source,                  "the system's choice", "local address to connect from"},
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
