// The command line: HAProxy's flags, so that scripts and habits carry over. Pure; main acts on it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/log.hpp"
#include "spliced/base/result.hpp"

namespace spliced::config {

/// Read where neither -f nor -- names a file.
inline constexpr std::string_view default_file = "/etc/spliced/spliced.ini";

struct CommandLine {
    enum class Mode { run, check, dump_config, import, version, build, help };

    Mode mode = Mode::run;
    std::vector<std::string> imported;  ///< --import: configurations of HAProxy's, in order
    std::vector<std::string> files;     ///< in order; never empty after parse_command_line()
    bool daemon = false;                ///< -D
    bool foreground = false;            ///< -db, -Ws
    bool debug = false;                 ///< -d
    bool quiet = false;                 ///< -q
    bool verbose = false;               ///< -V
    std::optional<unsigned> maxconn;
    std::optional<std::string> pidfile;
    std::vector<pid_t> replaced;       ///< -sf, -st: processes that stop when this one serves
    bool replaces_hard = false;        ///< -st: with their connections
    std::string sockets_from;          ///< -x: a statistics socket to take the listening sockets from
    bool names_master_socket = false;  ///< -S, which opens nothing here
    std::string folder;                ///< -C: to be entered before anything is read; empty: stay
    std::string host_name;             ///< -L: in log lines; empty: the machine's

    /// `configured` is what the file says; -d and -db keep the process in the foreground against it and
    /// against -D.
    bool goes_to_background(bool configured) const { return (daemon || configured) && !foreground && !debug; }
    /// -d over -V over -q, in any order.
    log::Console console() const;
};

/// `words` are argv without the program's name. Where -v, -vv or --help stands, what follows is not looked
/// at.
Result<CommandLine> parse_command_line(std::span<const std::string_view> words);

/// The text of --help, with a line end.
std::string usage_text();

}  // namespace spliced::config
