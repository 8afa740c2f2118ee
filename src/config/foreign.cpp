// The words stand in HAProxy's configuration manual, sections 3 to 5; a trailing * matches any ending, and a
// word matches with whatever follows it behind a blank.
#include "spliced/config/foreign.hpp"

#include "spliced/base/text.hpp"

namespace spliced::config {
namespace {

constexpr std::string_view http =
    "belongs to HAProxy's HTTP mode; this proxy relays TCP and looks into nothing";
constexpr std::string_view later = "is a keyword of HAProxy that this version does not support";
constexpr std::string_view namespaces =
    "is not offered: the proxy stays in the network namespace that it is started in (ip netns exec)";
constexpr std::string_view tls = "is about TLS, which passes through untouched: the servers terminate it";

constexpr std::string_view http_keywords =
    "http-*, capture, compression, cookie, errorfile, errorfiles, errorloc*, redirect, monitor, "
    "monitor-uri, max-keep-alive-queue, hash-preserve-affinity, unique-id-header, "
    "timeout http-*, timeout tarpit, option http*, filter cache, filter compression, filter fcgi-app, "
    "option forward*, option originalto, option checkcache, option h1-*, option disable-h2-upgrade, "
    "option idle-close-on-response, option accept-invalid-http-*, option httpslog, use-fcgi-app, "
    "tune.http.*, tune.h1.*, tune.h2.*, maxcomp*, tune.comp.*, "
    // of HAProxy before 2.1
    "req*, rsp*, httpclose, forceclose, option forceclose, appsession, block";

// Of HAProxy's statistics page, which is a proxy in HTTP mode there.
constexpr std::string_view page_keywords =
    "stats admin, stats auth, stats enable, stats hide-version, stats http-request, stats realm, "
    "stats refresh, stats scope, stats show-*, stats uri";

// A health check, which works in TCP mode too: not what `option http*` and `http-*` stand for.
constexpr std::string_view http_like_keywords_of_tcp = "option httpchk, http-check";

constexpr std::string_view tls_keywords =
    "ssl-*, ca-base, crt-base, key-base, issuers-chain-path, maxssl*, tune.ssl.*, crt-store";

constexpr std::string_view later_keywords =
    "backlog, busy-polling, close-spread-time, cpu-map, declare, default-path, disabled, dispatch, "
    "email-alert, enabled, error-log-format, fd-hard-limit, force-persist, gid, grace, guid, "
    "ignore-persist, load-server-state-from-file, localpeer, log-format-sd, log-steps, lua-*, "
    "master-worker, max-session-srv-conns, max-spread-checks, maxzlibmem, mworker-max-reloads, "
    "nbproc, nbthread, node, noepoll, nogetaddrinfo, nopoll, noreuseport, numa-cpu-mapping, option "
    "contstats, option independent-streams, option persist, option prefer-last-server, option "
    "socket-stats, option spop-check, option transparent, persist, presetenv, profiling.*, quiet, "
    "resetenv, retry-on, server-state-*, set-dumpable, set-var, set-var-fmt, setenv, stats "
    "bind-process, strict-limits, tcp-response, timeout mail, tune.applet.*, tune.buf*, tune.epoll.*, "
    "tune.fail-alloc, tune.fd.*, tune.idle*, tune.listener.*, tune.lua.*, tune.max-*, "
    "tune.maxpollevents, tune.maxrewrite, tune.memory.*, tune.pattern.*, tune.peers.*, tune.pool-*, "
    "tune.quic.*, tune.recv_enough, tune.ring.*, tune.runqueue-depth, tune.sched.*, "
    "tune.stick-counters, tune.vars.*, uid, unix-bind, unsetenv, zero-warning, filter opentracing, "
    "filter spoe, filter trace, insecure-setuid-wanted";

constexpr std::string_view later_sections =
    "peers, mailers, ring, log-forward, program, traces, healthcheck, log-profile";
constexpr std::string_view http_sections = "userlist, http-errors, cache, fcgi-app";
constexpr std::string_view tls_sections = "crt-store, acme";

constexpr std::string_view tls_parameters =
    "ssl, crt*, ca-*, alpn, npn, ciphers, ciphersuites, curves, ecdhe, verify*, sni, no-ssl*, "
    "no-tls*, force-ssl*, force-tls*, ssl-*, strict-sni, check-ssl, check-sni, check-alpn, no-ssl, "
    "no-verifyhost, allow-0rtt, crl-file, generate-certificates, prefer-client-ciphers, "
    "tls-ticket-keys, send-proxy-v2-ssl*, no-send-proxy-v2-ssl*";
constexpr std::string_view later_bind_parameters =
    "accept-netscaler-cip, cc, expose-fd, gid, guid-prefix, id, level, nice, process, "
    "severity-output, shards, thread, uid";
constexpr std::string_view http_bind_parameters = "proto";
constexpr std::string_view later_server_parameters =
    "cc, check-proto, check-via-socks4, guid, hash-key, init-state, set-proxy-v2-tlv-fmt*, socks4, "
    "stick, strict-maxconn";
constexpr std::string_view http_server_parameters = "cookie, max-reuse, pool-*, proto, redir, ws";

constexpr std::string_view later_algorithms = "rdp-cookie*, log-hash";
constexpr std::string_view http_algorithms = "uri, url_param, hdr*";

bool matches(std::string_view text, std::string_view word) {
    if (word.ends_with('*')) return text.starts_with(word.substr(0, word.size() - 1));
    return text.starts_with(word) && (text.size() == word.size() || text[word.size()] == ' ');
}

bool is_among(std::string_view text, std::string_view words) {
    for (auto word : split_at(words, ','))
        if (matches(text, word)) return true;
    return false;
}

}  // namespace

std::string foreign_keyword(std::string_view keyword) {
    if (keyword == "mode http")
        return "HTTP mode is not offered: this proxy relays TCP and looks into nothing";
    if (matches(keyword, "mode"))
        return "is not needed: this proxy always works in TCP mode; remove the line";
    if (matches(keyword, "option splice-auto") || matches(keyword, "option splice-request") ||
        matches(keyword, "option splice-response"))
        return "is not needed: splicing is always on, and 'nosplice = yes' in [global] turns it off";
    if (keyword == "filter") return "is written with its name in front: 'filter bwlim-in NAME = ...'";
    if (matches(keyword, "no")) return "is not written in this form: write 'option NAME = no'";
    if (is_among(keyword, tls_keywords)) return std::string(tls);
    if (is_among(keyword, http_like_keywords_of_tcp)) return {};
    if (is_among(keyword, page_keywords))
        return "is not needed: the status page is a section of its own, [stats] with 'bind = :8404'";
    if (is_among(keyword, http_keywords)) return std::string(http);
    if (is_among(keyword, later_keywords)) return std::string(later);
    return {};
}

std::string foreign_section(std::string_view kind) {
    if (is_among(kind, later_sections)) return "is a section that this version does not support";
    if (is_among(kind, http_sections)) return std::string(http);
    if (is_among(kind, tls_sections)) return std::string(tls);
    return {};
}

std::string foreign_bind_parameter(std::string_view word) {
    if (word == "namespace") return std::string(namespaces);
    if (is_among(word, tls_parameters)) return std::string(tls);
    if (is_among(word, later_bind_parameters)) return std::string(later);
    if (is_among(word, http_bind_parameters)) return std::string(http);
    return {};
}

std::string foreign_server_parameter(std::string_view word) {
    if (word == "namespace") return std::string(namespaces);
    if (is_among(word, tls_parameters)) return std::string(tls);
    if (is_among(word, later_server_parameters)) return std::string(later);
    if (is_among(word, http_server_parameters)) return std::string(http);
    return {};
}

std::string foreign_algorithm(std::string_view word) {
    if (is_among(word, http_algorithms)) return std::string(http);
    if (is_among(word, later_algorithms))
        return "is an algorithm of HAProxy that this version does not support";
    return {};
}

}  // namespace spliced::config
