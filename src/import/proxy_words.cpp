// Words of the proxy sections. Source: HAProxy's configuration manual, 4.1 and 4.2, of 2.6 and of the
// development version of 2026.
#include <array>

#include "spliced/import/word_list.hpp"

namespace spliced::import {
namespace {

constexpr auto ignored = Outcome::ignored;
constexpr auto refused = Outcome::refused;

constexpr std::array rules{
    WordRule{
        "capture, cookie, compression, errorfile, errorfiles, errorloc, errorloc302, errorloc303, "
        "hash-preserve-affinity, http-after-response, http-error, http-request, http-response, http-reuse, "
        "http-send-name-header, max-keep-alive-queue, max-session-srv-conns, monitor, monitor-uri, redirect, "
        "retry-on, quic-initial, unique-id-header, declare, timeout http-*, timeout tarpit, use-fcgi-app, "
        "option checkcache, option disable-h2-upgrade, option forwardfor, option forwarded, option h1-*, "
        "option http-buffer-request, option http-drop-*, option http-ignore-probes, option http-keep-alive, "
        "option http-no-delay, option http-pretend-keepalive, option http-restrict-*, "
        "option http-server-close, option http-tunnel, option http-use-*, option http-use-htx, "
        "option http_proxy, option httpclose, option httpslog, option idle-close-on-response, "
        "option originalto, option accept-invalid-http-*, option accept-unsafe-*, option prefer-last-server, "
        "stats, filter compression, filter cache, filter fcgi-app",
        ignored, false, "it concerns HTTP mode; HAProxy does without it here too"},
    WordRule{"option splice-*", ignored, false, "splicing is always on"},
    WordRule{"option tcp-smart-*, option use-small-buffers", ignored, false,
             "it saves HAProxy a segment or memory"},
    WordRule{"option contstats", ignored, false, "counters always move while connections last"},
    WordRule{"bind-process", ignored, false, "there is one process"},
    WordRule{"id, guid", ignored, false, "numbers follow from the order of the sections"},
    WordRule{"enabled", ignored, false, "every section is, unless it says 'disabled'"},
    WordRule{"load-server-state-from-file, server-state-file-name", ignored, false,
             "states live on through a reload by themselves"},
    WordRule{"timeout mail, email-alert", refused, false, "no mail is sent; watch the log or the statistics"},
    WordRule{"filter trace", ignored, false, "it is for debugging HAProxy"},
    WordRule{"tcp-response", refused, true, "what servers say is not looked at"},
};

}  // namespace

std::span<const WordRule> proxy_rules() {
    return rules;
}

}  // namespace spliced::import
