// What rules can look at: the table of fetches, and one fetch with its arguments as a rule calls it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "spliced/base/result.hpp"
#include "spliced/rules/counter.hpp"
#include "spliced/rules/sample.hpp"

namespace spliced::rules {

/// When a rule is looked at; each knows what those before it know.
enum class Stage : std::uint8_t {
    connection,  ///< accepted, nothing read
    session,     ///< those in front of us have announced the client
    content,     ///< the client's first bytes may be there
};

/// "tcp-request connection", for messages.
std::string_view name_of(Stage stage);

enum class FetchId : std::uint8_t {
    always_false,
    always_true,
    avg_queue,
    be_conn,
    be_conn_free,
    be_sess_rate,
    connslots,
    date,
    dst,
    dst_conn,
    dst_is_local,
    dst_port,
    env,
    fc_dst,
    fc_dst_port,
    fc_src,
    fc_src_is_local,
    fc_src_port,
    fe_conn,
    fe_sess_rate,
    nbsrv,
    queue,
    rand,
    req_len,
    req_payload,
    req_ssl_alpn,
    req_ssl_ec_ext,
    req_ssl_hello_type,
    req_ssl_sni,
    req_ssl_ver,
    sc_counter,  ///< of an entry that is tracked: see counter.hpp
    so_id,
    src,
    src_counter,  ///< of the entry of the client's address
    src_is_local,
    src_port,
    srv_conn,
    srv_is_up,
    srv_queue,
    srv_sess_rate,
    table_avl,
    table_cnt,
    wait_end,
};

/// What an argument names. Names are resolved once all sections are read: see Argument.
enum class ArgumentKind : std::uint8_t {
    none,      ///< there is no such argument
    number,    ///< 0 and up
    text,      ///< as it is
    backend,   ///< the section itself where it is left out
    frontend,  ///< the section itself where it is left out
    server,    ///< BACKEND/SERVER, or SERVER of the section itself
    slot,      ///< of `track-sc`: 0 to 2
    table,     ///< a stick table; the section's own where it is left out
    limit,     ///< a `filter bwlim-*` of the section itself
};

struct Argument {
    ArgumentKind kind = ArgumentKind::none;
    std::string text;         ///< as written; empty where it was left out
    std::int64_t number = 0;  ///< of `number`; once resolved: of the limit among those of its frontend
    std::string name;         ///< once resolved: of the backend, frontend or table that is meant
    std::string server;       ///< once resolved: of the server in that backend
};

struct Fetch {
    std::string_view name;
    FetchId id;
    Type type;
    Stage earliest;
    std::array<ArgumentKind, 2> arguments{};
    unsigned required = 0;  ///< so many arguments cannot be left out
    Counter counter{};      ///< of src_counter and sc_counter
    std::uint8_t slot = 0;  ///< of sc_counter where it is no argument
};

std::span<const Fetch> fetches();

/// By name, or by one of HAProxy's older names (req_ssl_sni); null where there is none.
const Fetch* find_fetch(std::string_view name);

/// What to tell who wants a fetch that is not in the table.
std::string unknown_fetch(std::string_view name);

struct Call {
    const Fetch* fetch = nullptr;
    std::array<Argument, 2> arguments;
};

/// Arguments as written between parentheses; the parentheses are not part of `text`.
Result<Call> read_call(std::string_view name, std::optional<std::string_view> arguments);

}  // namespace spliced::rules
