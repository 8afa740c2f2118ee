// Words behind `bind` and `server`. Source: HAProxy's configuration manual, 5.1 and 5.2.
#include <array>

#include "spliced/import/word_list.hpp"

namespace spliced::import {
namespace {

constexpr auto ignored = Outcome::ignored;
constexpr auto refused = Outcome::refused;

constexpr std::string_view one_thread = "there is one process with one thread";
constexpr std::string_view no_http = "it concerns HTTP mode";
constexpr std::string_view no_tls =
    "TLS is not ended here: without it the bytes would be plain. Let the servers end it";

constexpr std::array of_bind{
    ParameterRule{"process, thread, shards, nbconn, guid-prefix, label, id", 1, ignored, false, one_thread},
    ParameterRule{"nice", 1, ignored, false, one_thread},
    ParameterRule{"proto", 1, ignored, false, no_http},
    ParameterRule{
        "ssl, crt*, ca-*, alpn, npn, ciphers, ciphersuites, curves, ecdhe, verify, no-sslv3, no-tls*, "
        "force-sslv3, force-tls*, ssl-*, strict-sni, no-strict-sni, allow-0rtt, crl-file, "
        "generate-certificates, prefer-client-ciphers, tls-ticket-keys, no-tls-tickets, tls-tickets, "
        "no-ca-names, sigalgs, client-sigalgs, ocsp-update, default-crt, quic-*",
        0, refused, true, no_tls},
};

constexpr std::array of_server{
    ParameterRule{"id, guid, hash-key", 1, ignored, false, "numbers follow from the order of the servers"},
    ParameterRule{"cookie, redir, max-reuse, pool-*, proto, ws, log-proto, log-bufsize", 1, ignored, false,
                  no_http},
    ParameterRule{
        "ssl, no-ssl-reuse, crt, ca-file, crl-file, alpn, npn, ciphers, ciphersuites, curves, sigalgs, "
        "client-sigalgs, verify, verifyhost, sni, sni-auto, no-sslv3, no-tls*, force-sslv3, "
        "force-tls*, ssl-*, check-ssl, check-sni, check-alpn, tls-tickets, allow-0rtt, "
        "renegotiate, no-renegotiate",
        0, refused, true, no_tls},
    ParameterRule{"no-ssl, no-check-ssl, no-verifyhost, no-check-sni-auto, no-sni-auto", 0, ignored, false,
                  "nothing here speaks TLS"},
};

}  // namespace

std::span<const ParameterRule> bind_rules() {
    return of_bind;
}
std::span<const ParameterRule> server_rules() {
    return of_server;
}

}  // namespace spliced::import
