// How the servers of a backend are checked: the kind of check, and the rules of those kinds that have rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "spliced/base/regex.hpp"
#include "spliced/config/check_status.hpp"
#include "spliced/os/address.hpp"

namespace spliced::config {

/// Which `option` chose it. Without one a check is a connection.
enum class CheckKind : std::uint8_t {
    connection,
    tcp,
    http,
    redis,
    mysql,
    pgsql,
    smtp,
    ssl_hello,
    ldap,
    external
};

/// `connect`: a new connection, after which the one before is closed.
struct CheckConnect {
    std::optional<std::uint16_t> port;   ///< else where the server is checked
    std::optional<os::Address> address;  ///< the same; its port is 0 where `port` says it
    bool defaults = false;               ///< `default`, or not written: as the server's own line says
    bool linger = false;                 ///< ends by FIN, even where nothing was said
    bool send_proxy = false;             ///< announces itself by a PROXY header first
};

/// `send`, `send-binary`
struct CheckSend {
    std::string bytes;
};

/// `send` of an HTTP check. What is absent is taken from `option httpchk`, or has HAProxy's default.
struct HttpSend {
    std::optional<std::string> method;
    std::optional<std::string> uri;
    std::optional<std::string> version;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

/// `expect`
struct CheckExpect {
    enum class Match : std::uint8_t { string, regex, binary, binary_regex, status, status_regex };
    Match match = Match::string;
    bool unwanted = false;                             ///< `!`
    bool in_body = false;                              ///< of an HTTP answer
    std::string pattern;                               ///< bytes, or as written
    std::optional<Regex> regex;                        ///< of the two that have one
    std::vector<std::pair<unsigned, unsigned>> codes;  ///< `status`: ranges, both ends included
    std::optional<unsigned> min_recv;
    std::optional<CheckStatus> on_ok;  ///< `ok-status`, and the like
    std::optional<CheckStatus> on_wrong;
    std::optional<CheckStatus> on_timeout;
    std::string text_on_ok;  ///< `on-success`
    std::string text_on_wrong;
};

struct CheckComment {};

struct CheckRule {
    std::variant<CheckComment, CheckConnect, CheckSend, HttpSend, CheckExpect> what;
    std::string comment;
    std::string text;  ///< as it is written, for the dump
};

enum class MysqlLogin : std::uint8_t { none, post_41, pre_41 };

struct HealthCheck {
    CheckKind kind = CheckKind::connection;
    std::string argument;  ///< of the option, as written, for the dump; empty for "yes"

    std::string user;  ///< MySQL, PostgreSQL
    MysqlLogin mysql = MysqlLogin::none;
    std::string hello = "HELO localhost";  ///< SMTP
    HttpSend request;                      ///< of `option httpchk`
    bool not_found_stops = false;          ///< `http-check disable-on-404`
    std::vector<CheckRule> tcp_rules;
    std::vector<CheckRule> http_rules;
    std::string program;            ///< `external-check command`
    os::Address listener;           ///< of a [listen], its first; of no family elsewhere
    std::string program_path = "";  ///< `external-check path`; empty: none is set
};

}  // namespace spliced::config
