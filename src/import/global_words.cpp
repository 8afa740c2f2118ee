// Words of [global] and kinds of sections. Sources: HAProxy's configuration manual, chapter 3, of 2.6 and of
// the development version of 2026.
#include <array>

#include "spliced/import/word_list.hpp"

namespace spliced::import {
namespace {

constexpr auto ignored = Outcome::ignored;
constexpr auto refused = Outcome::refused;

constexpr std::array rules{
    WordRule{
        "nbproc, nbthread, cpu-map, cpu-policy, cpu-set, thread-group, thread-groups, thread-hard-limit, "
        "max-threads-per-group, numa-cpu-mapping, master-worker, mworker-max-reloads, mworker-prealloc-fd, "
        "stats bind-process, noreuseport, tune.listener.*",
        ignored, false, "there is one process with one thread"},
    WordRule{
        "noepoll, nopoll, nokqueue, noevports, busy-polling, nogetaddrinfo, noalignedalloc, "
        "no-memory-trimming, prealloc-fd, tune.applet.*, tune.buf*, tune.cli.*, tune.defaults.*, "
        "tune.epoll.*, "
        "tune.events.*, tune.fail-alloc, tune.fd.*, tune.idle*, tune.glitches.*, tune.maxpollevents, "
        "tune.maxrewrite, tune.max-checks-per-thread, tune.max-rules-at-once, tune.memory.*, "
        "tune.notsent-lowat.*, tune.pattern.*, tune.pool-*, tune.pt.*, tune.disable-fast-forward, "
        "tune.disable-zero-copy-forwarding, tune.rcvbuf.*, tune.sndbuf.*, tune.recv_enough, tune.renice.*, "
        "tune.ring.*, tune.runqueue-depth, tune.sched.*, tune.stick-counters, tune.streams-elasticity, "
        "tune.takeover-*, tune.vars.*, tune.peers.*, profiling.*, warn-blocked-traffic-after, debug.*, "
        "set-dumpable, insecure-setuid-wanted, insecure-fork-wanted",
        ignored, false, "it tunes HAProxy's own engine and changes nothing that can be seen"},
    WordRule{"ssl-*, ca-base, crt-base, key-base, issuers-chain-path, maxssl*, tune.ssl.*, "
             "tune.quic.*, ocsp-update.*, acme.*, jwt.*, limited-quic",
             ignored, false, "nothing here speaks TLS or QUIC: TLS passes through to the servers"},
    WordRule{"tune.http.*, tune.h1.*, tune.h2.*, tune.comp.*, tune.zlib.*, tune.lua.*, tune.max-*, maxcomp*, "
             "maxzlibmem, "
             "h1-*, h2-*, httpclient.*, 51degrees-*, deviceatlas-*, wurfl-*, http-err-codes, http-fail-codes",
             ignored, false, "it concerns HTTP mode"},
    WordRule{
        "strict-limits, fd-hard-limit", ignored, false,
        "the limit of descriptors and what follows from it are settled and told at the start; see ulimit-n"},
    WordRule{"server-state-file, server-state-base, stats-file, shm-stats-file, shm-stats-file-*", ignored,
             false, "states and counters live on through a reload by themselves"},
    WordRule{"expose-*, zero-warning, quiet, anonkey, node, localpeer, close-spread-time, max-spread-checks, "
             "pp2-never-send-local, set-var, set-var-fmt, traces, grace",
             ignored, false, "nothing here depends on it"},
    WordRule{"unix-bind", refused, true, "write the rights behind each 'bind' of a unix socket"},
    WordRule{"lua-*", refused, false, "there is no Lua here"},
    WordRule{"email-alert", refused, false, "no mail is sent; watch the log or the statistics"},
};

constexpr std::array sections{
    WordRule{"http-errors, cache, fcgi-app, userlist", ignored, false,
             "only HTTP mode makes use of the section"},
    WordRule{"crt-store, acme", ignored, false, "nothing here speaks TLS: it passes through to the servers"},
    WordRule{"traces", ignored, false, "it is for debugging HAProxy"},
    WordRule{"peers", refused, false, "tables are not shared with other processes; a reload keeps them"},
    WordRule{"mailers", refused, false, "no mail is sent; watch the log or the statistics"},
    WordRule{"ring, log-forward, log-profile", refused, false,
             "log lines go to syslog, files and descriptors alone"},
    WordRule{"program", refused, false, "no other programs are started"},
};

}  // namespace

std::span<const WordRule> global_rules() {
    return rules;
}
std::span<const WordRule> section_rules() {
    return sections;
}

}  // namespace spliced::import
