#include "spliced/rules/fetch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "spliced/base/text.hpp"

namespace spliced::rules {
namespace {

using Kind = ArgumentKind;

// clang-format off
constexpr Fetch table[] = {
    // name, what, its type, known from, arguments, how many of them are needed
    {"always_false",       FetchId::always_false,       Type::boolean, Stage::connection},
    {"always_true",        FetchId::always_true,        Type::boolean, Stage::connection},
    {"avg_queue",          FetchId::avg_queue,          Type::integer, Stage::connection, {Kind::backend}},
    {"be_conn",            FetchId::be_conn,            Type::integer, Stage::connection, {Kind::backend}},
    {"be_conn_free",       FetchId::be_conn_free,       Type::integer, Stage::connection, {Kind::backend}},
    {"be_sess_rate",       FetchId::be_sess_rate,       Type::integer, Stage::connection, {Kind::backend}},
    {"connslots",          FetchId::connslots,          Type::integer, Stage::connection, {Kind::backend}},
    {"date",               FetchId::date,               Type::integer, Stage::connection},
    {"dst",                FetchId::dst,                Type::address, Stage::connection},
    {"dst_conn",           FetchId::dst_conn,           Type::integer, Stage::connection},
    {"dst_is_local",       FetchId::dst_is_local,       Type::boolean, Stage::connection},
    {"dst_port",           FetchId::dst_port,           Type::integer, Stage::connection},
    {"env",                FetchId::env,                Type::text,    Stage::connection, {Kind::text}, 1},
    {"fc_dst",             FetchId::fc_dst,             Type::address, Stage::connection},
    {"fc_dst_port",        FetchId::fc_dst_port,        Type::integer, Stage::connection},
    {"fc_src",             FetchId::fc_src,             Type::address, Stage::connection},
    {"fc_src_is_local",    FetchId::fc_src_is_local,    Type::boolean, Stage::connection},
    {"fc_src_port",        FetchId::fc_src_port,        Type::integer, Stage::connection},
    {"fe_conn",            FetchId::fe_conn,            Type::integer, Stage::connection, {Kind::frontend}},
    {"fe_sess_rate",       FetchId::fe_sess_rate,       Type::integer, Stage::connection, {Kind::frontend}},
    {"nbsrv",              FetchId::nbsrv,              Type::integer, Stage::connection, {Kind::backend}},
    {"queue",              FetchId::queue,              Type::integer, Stage::connection, {Kind::backend}},
    {"rand",               FetchId::rand,               Type::integer, Stage::connection, {Kind::number}},
    {"req.len",            FetchId::req_len,            Type::integer, Stage::content},
    {"req.payload",        FetchId::req_payload,        Type::binary,  Stage::content, {Kind::number, Kind::number}, 2},
    {"req.ssl_alpn",       FetchId::req_ssl_alpn,       Type::text,    Stage::content},
    {"req.ssl_ec_ext",     FetchId::req_ssl_ec_ext,     Type::boolean, Stage::content},
    {"req.ssl_hello_type", FetchId::req_ssl_hello_type, Type::integer, Stage::content},
    {"req.ssl_sni",        FetchId::req_ssl_sni,        Type::text,    Stage::content},
    {"req.ssl_ver",        FetchId::req_ssl_ver,        Type::integer, Stage::content},
    {"so_id",              FetchId::so_id,              Type::integer, Stage::connection},
    {"src",                FetchId::src,                Type::address, Stage::connection},
    {"src_is_local",       FetchId::src_is_local,       Type::boolean, Stage::connection},
    {"src_port",           FetchId::src_port,           Type::integer, Stage::connection},
    {"srv_conn",           FetchId::srv_conn,           Type::integer, Stage::connection, {Kind::server}, 1},
    {"srv_is_up",          FetchId::srv_is_up,          Type::boolean, Stage::connection, {Kind::server}, 1},
    {"srv_queue",          FetchId::srv_queue,          Type::integer, Stage::connection, {Kind::server}, 1},
    {"srv_sess_rate",      FetchId::srv_sess_rate,      Type::integer, Stage::connection, {Kind::server}, 1},
    {"wait_end",           FetchId::wait_end,           Type::boolean, Stage::connection},
};
// clang-format on

struct Alias {
    std::string_view name;
    std::string_view now;
};

constexpr Alias aliases[] = {
    {"payload", "req.payload"},       {"req_len", "req.len"},
    {"req_ssl_alpn", "req.ssl_alpn"}, {"req_ssl_ec_ext", "req.ssl_ec_ext"},
    {"req_ssl_sni", "req.ssl_sni"},   {"req_ssl_hello_type", "req.ssl_hello_type"},
    {"req_ssl_ver", "req.ssl_ver"},
};

constexpr std::string_view http_beginnings =
    "path, url, hdr, req.hdr, req.cook, req.body, req.hdrs, res., shdr, cook, scook, method, status, base, "
    "query, http_, req.fhdr, req.ver, req_ver, capture., unique-id, set-cookie";
constexpr std::string_view tls_beginnings = "ssl_";

bool begins_like(std::string_view name, std::string_view words) {
    for (auto word : split_at(words, ','))
        if (name.starts_with(word)) return true;
    return false;
}

Result<Argument> read_argument(const Fetch& fetch, ArgumentKind kind, std::string_view text) {
    Argument argument;
    argument.kind = kind;
    argument.text = text;
    bool is_number = kind == ArgumentKind::number || kind == ArgumentKind::slot;
    if (!is_number || text.empty()) return argument;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), argument.number);
    if (error != std::errc() || end != text.data() + text.size() || argument.number < 0)
        return Error{fmt::format("{}({}): a number from 0 on is wanted", fetch.name, text)};
    if (kind == ArgumentKind::slot && argument.number >= std::int64_t{tracking_slots})
        return Error{fmt::format("{}({}): 0, 1 or 2 is wanted, as in track-sc0", fetch.name, text)};
    return argument;
}

unsigned most_arguments(const Fetch& fetch) {
    return static_cast<unsigned>(
        std::ranges::count_if(fetch.arguments, [](ArgumentKind kind) { return kind != ArgumentKind::none; }));
}

}  // namespace

std::string_view name_of(Stage stage) {
    switch (stage) {
        case Stage::connection:
            return "tcp-request connection";
        case Stage::session:
            return "tcp-request session";
        case Stage::content:
            break;
    }
    return "tcp-request content";
}

std::span<const Fetch> fetches() {
    return table;
}

const Fetch* find_fetch(std::string_view name) {
    for (const Alias& alias : aliases)
        if (alias.name == name) name = alias.now;
    for (std::span<const Fetch> rows : {fetches(), counter_fetches()})
        for (const Fetch& row : rows)
            if (row.name == name) return &row;
    return nullptr;
}

std::string unknown_fetch(std::string_view name) {
    if (begins_like(name, http_beginnings))
        return fmt::format("'{}' belongs to HAProxy's HTTP mode; this proxy relays TCP and knows no requests",
                           name);
    if (begins_like(name, tls_beginnings))
        return fmt::format(
            "'{}' is about TLS that HAProxy terminates; it passes through here, and req.ssl_sni, "
            "req.ssl_alpn and others look into the client's greeting",
            name);
    std::vector<std::string_view> known;
    for (std::span<const Fetch> rows : {fetches(), counter_fetches()})
        for (const Fetch& row : rows) known.push_back(row.name);
    auto near = nearest(name, known);
    return near.empty() ? fmt::format("'{}' is no fetch that this version knows", name)
                        : fmt::format("'{}' is no fetch; did you mean '{}'?", name, near);
}

Result<Call> read_call(std::string_view name, std::optional<std::string_view> arguments) {
    Call call{find_fetch(name), {}};
    if (!call.fetch) return Error{unknown_fetch(name)};
    std::vector<std::string_view> given;
    if (arguments && !trim(*arguments).empty()) given = split_at(*arguments, ',');
    if (given.size() > most_arguments(*call.fetch))
        return Error{fmt::format("'{}' takes {} argument{}", name, most_arguments(*call.fetch),
                                 most_arguments(*call.fetch) == 1 ? "" : "s")};
    if (given.size() < call.fetch->required)
        return Error{fmt::format("'{}' needs {} in parentheses", name,
                                 call.fetch->required == 1 ? "an argument" : "two arguments")};
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
        auto read = read_argument(*call.fetch, call.fetch->arguments[i],
                                  i < given.size() ? given[i] : std::string_view());
        if (!read) return read.error();
        call.arguments[i] = std::move(*read);
    }
    return call;
}

}  // namespace spliced::rules
