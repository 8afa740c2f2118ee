// A haproxy.cfg as INI, and the verdicts on its lines.
#include "spliced/import/import.hpp"

#include "catch.hpp"
#include "spliced/base/text.hpp"
#include "spliced/config/load_text.hpp"

using namespace spliced;
using import::Imported;

namespace {

Imported imported(const std::string& text, const import::Variables& variables = import::Variables({})) {
    return import::import_text({{"h.cfg", text}}, variables);
}

/// The verdict on one line, without "h.cfg:N: ".
std::string verdict(const Imported& result, unsigned line) {
    auto head = "h.cfg:" + std::to_string(line) + ": ";
    for (auto text : split_at(result.report, '\n'))
        if (text.starts_with(head)) return std::string(text.substr(head.size()));
    return "no verdict";
}

/// The INI with single blanks around '=', without comments and empty lines.
std::string plain(const Imported& result) {
    std::string text;
    for (auto line : split_at(result.ini, '\n')) {
        if (line.empty() || line.starts_with(';')) continue;
        auto equals = line.find(" =");
        if (equals != std::string_view::npos)
            text += std::string(trim(line.substr(0, equals))) + std::string(line.substr(equals)) + "\n";
        else
            text += std::string(line) + "\n";
    }
    return text;
}

const std::string timeouts = " timeout connect 1s\n timeout client 2s\n timeout server 3s\n";

/// What a listen or defaults with `timeouts` and nothing else has written out.
const std::string written =
    "balance = roundrobin\noption redispatch = no\ntimeout client-fin = 2s\ntimeout server-fin = 3s\n";

/// A whole file around the line in question, which is line 5.
Imported in_listen(const std::string& line) {
    return imported("listen web\n" + timeouts + line + "\n bind :80\n server s1 10.0.0.1:80\n");
}

}  // namespace

TEST_CASE("a small file becomes INI with HAProxy's defaults written out", "[import]") {
    auto result = imported("listen web\n bind :80\n" + timeouts + " server s1 10.0.0.1:80 check\n");
    CHECK(plain(result) ==
          "[listen web]\nbind = :80\ntimeout connect = 1s\ntimeout client = 2s\ntimeout server = 3s\n"
          "server s1 = 10.0.0.1:80 check\n" +
              written);
    CHECK(result.complete);
    CHECK(verdict(result, 1) ==
          "changed: listen web (HAProxy's defaults are written out: balance = roundrobin, option redispatch "
          "= no, "
          "timeout client-fin = 2s, timeout server-fin = 3s)");
    CHECK(verdict(result, 2) == "kept:    bind :80");
    CHECK(result.report.find("6 lines: 5 kept, 1 changed, 0 ignored, 0 refused\n") != std::string::npos);
}

TEST_CASE("unset timeouts are infinite, and half-closed sides follow the tunnel", "[import]") {
    auto bare = plain(imported("listen web\n bind :80\n server s1 10.0.0.1:80\n"));
    for (auto line : {"timeout connect = 0\n", "timeout client = 0\n", "timeout server = 0\n",
                      "timeout client-fin = 0\n", "timeout server-fin = 0\n"})
        CHECK(bare.find(line) != std::string::npos);
    auto tunnel = plain(in_listen(" timeout tunnel 1h"));
    CHECK(tunnel.find("timeout client-fin = 1h\ntimeout server-fin = 1h\n") != std::string::npos);
    auto apart = plain(imported("frontend f\n bind :80\n timeout client 2s\n default_backend b\nbackend b\n" +
                                timeouts + " timeout tunnel 1h\n server s1 10.0.0.1:80\n"));
    CHECK(apart.find("[frontend f]\nbind = :80\ntimeout client = 2s\ndefault_backend = b\ntimeout client-fin "
                     "= 1h\n") != std::string::npos);
}

TEST_CASE("the last defaults above a section apply, and a section writes only what differs", "[import]") {
    auto result = imported("defaults\n mode tcp\n" + timeouts +
                           "listen a\n bind :80\n timeout client 9s\n"
                           " server s1 10.0.0.1:80\n");
    CHECK(plain(result) == "[defaults]\ntimeout connect = 1s\ntimeout client = 2s\ntimeout server = 3s\n" +
                               written +
                               "[listen a]\nbind = :80\ntimeout client = 9s\nserver s1 = 10.0.0.1:80\n"
                               "timeout client-fin = 9s\n");
}

TEST_CASE("'from' is followed by writing [defaults] again in front of who takes them", "[import]") {
    auto result = imported("defaults one\n" + timeouts +
                           "defaults two from one\n retries 7\n"
                           "listen a from one\n bind :80\n server s1 10.0.0.1:80\n"
                           "listen b from two\n bind :81\n server s1 10.0.0.1:80\n"
                           "listen c\n bind :82\n server s1 10.0.0.1:80\n"
                           "listen d from nobody\n bind :83\n server s1 10.0.0.1:80\n");
    std::string basis = "[defaults]\ntimeout connect = 1s\ntimeout client = 2s\ntimeout server = 3s\n";
    auto text = plain(result);
    auto at_a = text.find(basis + written + "[listen a]");
    auto at_b = text.find(basis + "retries = 7\n" + written +
                          "[listen b]\nbind = :81\nserver s1 = 10.0.0.1:80\n[listen c]");
    CHECK(at_a == 0);
    CHECK(at_b != std::string::npos);
    CHECK(verdict(result, 16) == "refused: listen d from nobody (there is no 'defaults nobody' above it)");
}

TEST_CASE("'no log' takes a section out of the log of its defaults", "[import]") {
    auto result = imported("global\n log /dev/log daemon\ndefaults\n log global\n" + timeouts +
                           "listen a\n bind :80\n server s1 10.0.0.1:80\n"
                           "listen b\n no log\n bind :81\n server s1 10.0.0.1:80\n");
    auto text = plain(result);
    auto quiet = text.find("[defaults]\ntimeout connect");
    CHECK(text.find("[defaults]\nlog = global\n") < quiet);
    CHECK(quiet < text.find("[listen b]"));
    CHECK(result.complete);
}

TEST_CASE("of a keyword that is given twice the last one counts", "[import]") {
    auto result = imported(
        "listen web\n bind :80\n bind :81\n timeout client 1s\n timeout client 2s\n"
        " server s1 10.0.0.1:80\n");
    CHECK(plain(result).find("timeout client = 2s\n") != std::string::npos);
    CHECK(plain(result).find("timeout client = 1s\n") == std::string::npos);
    CHECK(verdict(result, 4) == "ignored: timeout client 1s (line 5 says it again, and the last one counts)");
    CHECK(plain(result).find("bind = :80\nbind = :81\n") != std::string::npos);
}

TEST_CASE("several default-server lines add up for the servers below them", "[import]") {
    auto result = imported(
        "listen web\n bind :80\n default-server inter 1s rise 1\n default-server inter 5s\n"
        " server s1 10.0.0.1:80 check\n default-server fall 9 rise 4\n"
        " server s2 10.0.0.2:80 check rise 7\n");
    auto text = plain(result);
    CHECK(text.find("default-server = rise 1 inter 5s\nserver s1 = 10.0.0.1:80 check\n"
                    "server s2 = 10.0.0.2:80 fall 9 check rise 7\n") != std::string::npos);
}

TEST_CASE("a server-template is a server to default-server lines and to its parameters", "[import]") {
    auto result = imported(
        "resolvers dns\n nameserver n 127.0.0.1:53\n"
        "listen web\n bind :80\n default-server inter 1s\n"
        " server-template a 1-2 a.example:80 resolvers dns check cookie x\n default-server inter 5s\n"
        " server-template b 3 b.example:80 resolvers dns\n");
    auto text = plain(result);
    INFO(text << result.report);
    CHECK(text.find("default-server = inter 1s\n"
                    "server-template a = 1-2 a.example:80 resolvers dns check\n"
                    "server-template b = 3 b.example:80 inter 5s resolvers dns\n") != std::string::npos);
}

TEST_CASE("words of other forms get ours", "[import]") {
    struct Case {
        std::string line, ini, verdict;
    };
    const std::vector<Case> cases{
        {" balance source", "", ""},
        {" balance uri", "balance = roundrobin\n",
         "changed: balance uri -> balance = roundrobin (without HTTP mode HAProxy falls back to roundrobin "
         "too)"},
        {" no option redispatch", "option redispatch = no\n", "kept:    no option redispatch"},
        {" option redispatch 3", "option redispatch = yes\n",
         "changed: option redispatch 3 -> option redispatch = yes (another server is tried at once, not "
         "after a "
         "number of attempts)"},
        {" option httplog", "option tcplog = yes\n",
         "changed: option httplog -> option tcplog = yes (without HTTP mode HAProxy falls back to tcplog "
         "too)"},
        {" dispatch 10.0.0.9:80", "server dispatch = 10.0.0.9:80\n",
         "changed: dispatch 10.0.0.9:80 -> server dispatch = 10.0.0.9:80 (a server of its own)"},
        {" mode tcp", "", "kept:    mode tcp (it is the only mode)"},
        {" option forwardfor", "",
         "ignored: option forwardfor (it concerns HTTP mode; HAProxy does without it here too)"},
        {" errorfile 503 /etc/x.http", "",
         "ignored: errorfile 503 /etc/x.http (it concerns HTTP mode; HAProxy does without it here too)"},
        {" option splice-auto", "", "ignored: option splice-auto (splicing is always on)"},
        {" bind 127.0.0.1:81,/run/x.sock mode 660 v4v6", "bind = 127.0.0.1:81\nbind = /run/x.sock mode 660\n",
         "changed: bind 127.0.0.1:81,/run/x.sock mode 660 v4v6 -> bind = 127.0.0.1:81 | bind = /run/x.sock "
         "mode 660"},
        {" bind tcp6@[::1]:81 v6only process 1", "bind = ipv6@[::1]:81 v6only\n",
         "changed: bind tcp6@[::1]:81 v6only process 1 -> bind = ipv6@[::1]:81 v6only ('process': there is "
         "one "
         "process with one thread)"},
        {" server s9 10.0.0.9:80 cookie c weight 5", "server s9 = 10.0.0.9:80 weight 5\n",
         "changed: server s9 10.0.0.9:80 cookie c weight 5 -> server s9 = 10.0.0.9:80 weight 5 ('cookie': it "
         "concerns HTTP mode)"},
        {" foo bar", "", "refused: foo bar (unknown keyword)"},
        {" default balance", "",
         "refused: default balance (write what the default is; 'default' has no form here)"},
    };
    for (const auto& each : cases) {
        auto result = in_listen(each.line);
        INFO(each.line << "\n" << result.report << result.ini);
        if (!each.verdict.empty()) CHECK(verdict(result, 5) == each.verdict);
        if (!each.ini.empty()) CHECK(plain(result).find(each.ini) != std::string::npos);
    }
}

TEST_CASE("what stands in a section that has no use for it is ignored, as HAProxy does", "[import]") {
    auto result = imported(
        "frontend f\n bind :80\n balance source\n server s1 10.0.0.1:80\n default_backend b\n"
        "backend b\n bind :81\n maxconn 5\n server s1 10.0.0.1:80\n");
    for (unsigned line : {3U, 4U, 7U, 8U}) {
        INFO(result.report);
        CHECK(verdict(result, line).starts_with("ignored: "));
    }
    CHECK(result.complete);
}

TEST_CASE("what would protect less is refused, and nothing is written", "[import]") {
    for (std::string text :
         {"listen web\n bind :443 ssl crt /etc/x.pem\n server s1 10.0.0.1:80\n",
          "listen web\n bind :443\n server s1 10.0.0.1:443 ssl verify none\n",
          "frontend web\n mode http\n bind :80\n default_backend x\n",
          "defaults\n mode http\nlisten web\n bind :80\n server s1 10.0.0.1:80\n",
          "global\n unix-bind mode 600\nlisten web\n bind :80\n server s1 10.0.0.1:80\n",
          "listen web\n bind :80\n use_backend %[src] if TRUE\n server s1 10.0.0.1:80\n",
          "listen web\n bind :80\n use-server s1 if { req.hdr(x) -m found }\n server s1 10.0.0.1:80\n"}) {
        auto result = imported(text);
        INFO(text << result.report);
        CHECK(result.ini.empty());
        CHECK_FALSE(result.complete);
        CHECK(result.report.find("refused: ") != std::string::npos);
        CHECK(result.report.find("nothing was written") != std::string::npos);
    }
}

TEST_CASE("other refusals leave a comment where the line stood", "[import]") {
    auto result = in_listen(" server s9 10.0.0.9");
    CHECK_FALSE(result.complete);
    CHECK(result.ini.find("; refused: h.cfg:5: server s9 10.0.0.9: address '10.0.0.9': the port is "
                          "missing; the client's port is not passed on\n") != std::string::npos);
    CHECK(result.ini.find("server s1 ") != std::string::npos);
}

TEST_CASE("a page of statistics becomes [stats], unless it has a password", "[import]") {
    std::string web = "listen web\n bind :80\n server s1 10.0.0.1:80\n";
    auto page = imported(web +
                         "listen stats\n mode http\n bind :8404\n stats enable\n stats uri /x\n"
                         " stats refresh 10s\n stats admin if TRUE\n");
    INFO(page.report);
    CHECK(page.ini.find("[stats]\nbind    = *:8404\nrefresh = 10s\n") != std::string::npos);
    CHECK(page.complete);
    CHECK(verdict(page, 6) == "changed: bind :8404 -> bind = *:8404");
    CHECK(verdict(page, 9) == "changed: stats refresh 10s -> refresh = 10s");
    auto locked = imported(web + "listen stats\n mode http\n bind :8404\n stats enable\n stats auth a:b\n");
    CHECK(locked.ini.find("; refused: [stats]: the page has no passwords here") != std::string::npos);
    CHECK(locked.ini.find("\n[stats]") == std::string::npos);
    CHECK_FALSE(locked.complete);
}

TEST_CASE("a disabled section is left out, and so is a defaults that nobody takes", "[import]") {
    auto result =
        imported("defaults unused\n timeout client 5s\ndefaults\n" + timeouts +
                 "listen off\n bind :79\n disabled\nlisten on\n bind :80\n server s1 10.0.0.1:80\n");
    INFO(result.report);
    CHECK(result.ini.find("[listen off]") == std::string::npos);
    CHECK(verdict(result, 7) == "ignored: listen off (the section is disabled: HAProxy leaves it out too)");
    CHECK(verdict(result, 2) == "ignored: timeout client 5s (no section takes these defaults)");
    CHECK(result.complete);
}

TEST_CASE("conditions choose lines, and variables are replaced", "[import]") {
    auto result = imported(
        "global\n setenv WHERE 10.0.0.7\n presetenv WHERE lost\nlisten web\n bind :80\n"
        ".if defined(BIG)\n maxconn 9000\n.elif streq(\"$WHERE\",10.0.0.7)\n maxconn 90\n.else\n"
        " maxconn 9\n.endif\n server s1 \"$WHERE:80\"\n",
        import::Variables({}));
    INFO(result.report);
    auto text = plain(result);
    CHECK(text.find("maxconn = 90\n") != std::string::npos);
    CHECK(text.find("server s1 = 10.0.0.7:80\n") != std::string::npos);
    CHECK(verdict(result, 7) == "ignored: maxconn 9000 (the condition above does not hold)");
    CHECK(verdict(result, 8) ==
          "changed: .elif streq(\"$WHERE\",10.0.0.7) (it holds: the lines below count)");
    CHECK(result.complete);
}

TEST_CASE("every line but comments has exactly one verdict", "[import]") {
    auto result = imported(
        "# a comment\n\nglobal\n nbthread 4\nfoo\ndefaults\n mode tcp\n\nlisten a\n bind :80 ssl\n"
        "peers p\n peer x 10.0.0.1:1\nuserlist u\n user a password b\n");
    INFO(result.report);
    for (unsigned line : {3U, 4U, 5U, 6U, 7U, 9U, 10U, 11U, 12U, 13U, 14U})
        CHECK(verdict(result, line) != "no verdict");
    for (unsigned line : {1U, 2U, 8U}) CHECK(verdict(result, line) == "no verdict");
    CHECK(verdict(result, 4) == "ignored: nbthread 4 (there is one process with one thread)");
    CHECK(verdict(result, 13) == "ignored: userlist u (only HTTP mode makes use of the section)");
}

TEST_CASE("nothing in a haproxy.cfg can write lines of INI that it does not stand for", "[import]") {
    auto result = imported(
        "global\n description \"a\\nlog = /dev/log daemon\"\n"
        "listen \"a]\\n[global\"\n bind :79\n"
        "listen web\n bind :80\n server \"a\\nmaxconn\" 10.0.0.1:80\n server a=b 10.0.0.1:80\n"
        " description \"x ;y\"\n server s1 10.0.0.1:80\n");
    INFO(result.report << result.ini);
    CHECK(plain(result) ==
          "[global]\n[listen web]\nbind = :80\nserver s1 = 10.0.0.1:80\nbalance = roundrobin\n"
          "option redispatch = no\ntimeout connect = 0\ntimeout client = 0\ntimeout server = 0\n"
          "timeout client-fin = 0\ntimeout server-fin = 0\n");
    for (unsigned line : {2U, 3U, 4U, 7U, 8U, 9U}) CHECK(verdict(result, line).starts_with("refused: "));
}

TEST_CASE("values that are one text keep their blanks and backslashes", "[import]") {
    auto result = imported(
        "global\n chroot \"/srv/my jail\"\nlisten web\n description a\\\\b \"c  d\"\n bind :80\n"
        " server s1 10.0.0.1:80\n");
    CHECK(plain(result).find("chroot = /srv/my jail\n") != std::string::npos);
    CHECK(plain(result).find("description = a\\b c  d\n") != std::string::npos);
}

TEST_CASE("comments stay above the lines that they stand above", "[import]") {
    auto result = imported(
        "# The doors.\n# Two of them.\nlisten web\n  # to the left\n bind :80 # inside\n"
        " server s1 10.0.0.1:80\n");
    CHECK(result.ini.find("\n; The doors.\n; Two of them.\n[listen web]\n; to the left\nbind") !=
          std::string::npos);
}
