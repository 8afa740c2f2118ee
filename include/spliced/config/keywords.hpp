// The table of keywords. It drives the parsing, the dump, and the check that the manual page and the sample
// file name every keyword.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "spliced/base/units.hpp"
#include "spliced/config/config.hpp"

namespace spliced::config {

/// Where a keyword may stand: one bit for each kind of section.
enum Sections : unsigned {
    in_global = 1,
    in_defaults = 2,
    in_frontend = 4,
    in_listen = 8,
    in_backend = 16,
    in_stats = 32,
    in_resolvers = 64,
};

/// Keywords that are more than one value for one field; each has a function of its own in parser.cpp and
/// dump.cpp.
enum class Special {
    acl,
    backend_choice,  ///< default_backend
    balance,
    bandwidth_in,   ///< filter bwlim-in
    bandwidth_out,  ///< filter bwlim-out
    bind,
    both_keepalives,  ///< option tcpka
    default_server,
    description,
    errorfile,
    group,
    hash_balance_factor,
    hash_type,
    http_check,
    id,
    log,
    log_tag,
    maxaccept,
    nameserver,
    page_bind,
    nolinger,
    server,
    server_template,
    smart_option,  ///< what HAProxy's option asks for is what the data path does
    source,
    stats_socket,
    stick,
    stick_table,
    tcp_check,
    tcp_request,
    use_backend,
    use_server,
    user,
};

/// A text that belongs to the checks of a backend.
using HealthText = std::string HealthCheck::*;

/// What a keyword sets: the field's type says how its value is written (value.hpp).
using Target =
    std::variant<Special, CheckKind, HealthText, bool Global::*, unsigned Global::*,
                 std::optional<unsigned> Global::*, std::size_t Global::*, milliseconds Global::*,
                 std::string Global::*, bool Frontend::*, unsigned Frontend::*, seconds Frontend::*,
                 milliseconds Frontend::*, std::optional<milliseconds> Frontend::*, LineFormat Frontend::*,
                 Anonymity Frontend::*, bool Backend::*, unsigned Backend::*, seconds Backend::*,
                 milliseconds Backend::*, std::optional<milliseconds> Backend::*, unsigned StatusPage::*,
                 milliseconds StatusPage::*, bool Resolvers::*, unsigned Resolvers::*,
                 milliseconds Resolvers::*>;

struct Keyword {
    std::string_view name;  ///< as written: "timeout connect"
    unsigned sections;      ///< of Sections
    Target target;
    std::string_view preset;  ///< the default, as the manual page shows it
    bool reloadable;          ///< a reload in the running process can change it
    std::string_view help;
    Range range = {};
};

/// What distinguishes the few keywords of which a section may hold several.
bool may_repeat(const Keyword& keyword);
/// `server NAME = ...`, `filter bwlim-in NAME = ...`: the key carries a name behind the keyword.
bool takes_name(const Keyword& keyword);

std::span<const Keyword> keywords();

/// The row for this keyword in this kind of section; null where there is none.
const Keyword* find_keyword(std::string_view name, unsigned section);

/// "[frontend] or [listen]".
std::string sections_text(unsigned sections);

}  // namespace spliced::config
