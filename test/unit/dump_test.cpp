// --dump-config: what it prints, the reader reads back to the same.
#include "catch.hpp"
#include "fake_environment.hpp"

using spliced::config::dump;

namespace {

std::string dump_of(const std::string& text) {
    auto loaded = load_fake(text, {{"sorry.http", "HTTP/1.0 503 Sorry\r\n\r\n"}});
    INFO(text);
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.config);
    return dump(*loaded.config);
}

const std::string everything =
    "[global]\nuser = web\ngroup = web\nchroot = /var/empty\ndaemon = yes\npidfile = /run/s.pid\nmaxconn = "
    "4000\n"
    "maxconnrate = 5\nmaxsessrate = 6\nulimit-n = 9000\nhard-stop-after = 30s\nnosplice = yes\nseccomp = "
    "no\nlandlock = no\nmaxpipes = "
    "7\ntune.pipesize = "
    "64k\ntune.maxaccept = -1\n"
    "tune.rcvbuf.client = 1k\ntune.sndbuf.server = 2k\nspread-checks = 5\nstats socket = abns@a level "
    "user\nstats socket = /run/x.sock mode 640 expose-fd "
    "listeners\nstats timeout = 1m\nstats maxconn = 3\nlog = /dev/log len 200 format rfc5424 daemon notice "
    "err\nlog = file@/var/log/x.log sample 1,3-4:5 format json daemon\nlog-tag = proxy\nlog-send-hostname = "
    "h\n"
    "description = a  b\n"
    "[backend first]\nid = 77\nserver s = ipv6@web.test:1 source ::1 weight 0\nserver t = 127.0.0.1:1 id 5 "
    "slowstart 3s source 127.0.0.1:1-9 "
    "usesrc clientip interface lo tfo tcp-ut 1s\nbalance = first\ndescription = c\n"
    "[frontend f]\nbind = :80-82 name x backlog 3 maxconn 4 interface lo defer-accept transparent tfo mss "
    "-40 tcp-ut 3s\nbind = :::90 "
    "v6only\nbind = fd@9\n"
    "bind = /run/x mode 660 user a group b\nbind = abns@x\nbind = unix@relative\nbind = :::91 "
    "v4v6\ndefault_backend = last\n"
    "maxconn = 5\nrate-limit sessions = 7\ntimeout client = 0\noption tcplog = yes\noption dontlognull = "
    "yes\noption logasap = yes\n"
    "option dontlog-normal = yes\noption log-separate-errors = yes\nlog-start = yes\nlog-anonymize = hash\n"
    "log-format = %{+Q}o %ci \"%s\"\nunique-id-format = %rt\nlog-tag = web\n"
    "errorfile 503 = /x/sorry.http\nlog = global\nlog = 127.0.0.1 local0\n"
    "[listen both]\nbind = 127.0.0.1:1\noption tcpka = yes\ndefault-server = check inter 3s\ntimeout tunnel "
    "= 0\n"
    "timeout check = 1500\nserver a = 127.0.0.1:1 fastinter 1s downinter 2s rise 3 fall 4 port 5 backup "
    "disabled\n"
    "server b = /run/b addr 127.0.0.1 port 6\nserver c = unix@relative no-check source unix@me\n"
    "server d = abns@d addr /run/check maxconn 7 minconn 3 maxqueue 9\ntimeout queue = 0\nfullconn = "
    "8\noption abortonclose = "
    "yes\noption allbackups = yes\noption redispatch = no\nretries = 0\n"
    "errorfile 503 = /x/sorry.http\n"
    "[listen elsewhere]\nbind = 127.0.0.1:2 accept-proxy bwlim-in 1m bwlim-out 2k bwlim-in-each 3 "
    "bwlim-out-each 4g\n"
    "bind = fd@7 accept-proxy-from 10.0.0.0/8,::1,unix\ntimeout client-hs = 3s\nfilter bwlim-in slow = "
    "default-limit 1m default-period 2s\n"
    "filter bwlim-out fast = default-period 1s default-limit 3k min-size 1448\ndefault_backend = "
    "last\nserver a = [::1]:1 source [::2]:3 addr "
    "::3\nserver b = [::1]:2 send-proxy check port 2\nserver c = [::1]:3 send-proxy-v2 proxy-v2-options "
    "authority,crc32c check\nserver d = [::1]:4 check-send-proxy check port 5\nserver e = [::1]:6 send-proxy "
    "check addr ::1\nserver f = /x "
    "send-proxy check addr /x\n"
    "[backend last]\nbalance = random(7)\nhash-type = consistent wt6 avalanche\nhash-balance-factor = "
    "200\nsource = 127.0.0.1:1-2 usesrc "
    "127.0.0.9\noption nolinger = yes\nsrvtcpka-idle = 10\nserver u = 127.0.0.1:1\n"
    "[resolvers dns]\nnameserver a = 127.0.0.1:53\nnameserver b = tcp@[::1]:54\nresolve_retries = 1\ntimeout "
    "resolve = 2s\ntimeout retry = 3s\nhold valid = 4s\nhold obsolete = 5s\nhold nx = 6s\nhold timeout = "
    "7s\nhold refused = 8s\nhold other = 9s\naccepted_payload_size = 4096\n"
    "[backend names]\nserver a = ipv4@web.test:1 resolvers dns check port 9\nserver b = b.test:2 resolvers "
    "dns "
    "resolve-prefer ipv4 resolve-net 10.0.0.0/8,::1 resolve-opts allow-dup-ip,ignore-weight init-addr "
    "last,::1,none source 127.0.0.1\nserver-template c = 2-3 _http._tcp.test resolvers dns\nserver d = "
    "nosuch.test:3 init-addr libc,none\n";

}  // namespace

TEST_CASE("a dump loads back to an equal configuration") {
    auto once = dump_of(everything);
    CHECK(dump_of(once) == once);
}

TEST_CASE("a dump shows defaults, and leaves out what was not given") {
    CHECK(dump_of("[listen x]\nbind = :80\nserver s = web.test:1 check inter 2s\n") == R"([global]
daemon              = no
maxconnrate         = 0
maxsessrate         = 0
hard-stop-after     = 0
nosplice            = no
tune.pipesize       = 0
tune.maxaccept      = 4
tune.rcvbuf.client  = 0
tune.rcvbuf.server  = 0
tune.sndbuf.client  = 0
tune.sndbuf.server  = 0
spread-checks       = 0
external-check      = no
insecure-fork-wanted = no
seccomp             = yes
landlock            = yes
log-tag             = spliced
log-send-hostname   = no
stats timeout       = 10s
stats maxconn       = 10

[listen x]
bind                = 0.0.0.0:80
maxconn             = 0
rate-limit sessions = 0
timeout client      = 50s
timeout client-fin  = 30s
option tcplog       = no
option dontlognull  = no
option logasap      = no
option dontlog-normal = no
option log-separate-errors = no
log-start           = no
log-anonymize       = no
option clitcpka     = no
clitcpka-cnt        = 0
clitcpka-idle       = 0
clitcpka-intvl      = 0
option log-rejects  = no
tcp-request inspect-delay = 0
balance             = leastconn
hash-type           = map-based sdbm
hash-balance-factor = 0
server s            = 127.0.0.1:1 check
timeout connect     = 5s
timeout server      = 50s
timeout server-fin  = 30s
fullconn            = 0
option abortonclose = no
retries             = 3
option redispatch   = yes
option allbackups   = no
option srvtcpka     = no
srvtcpka-cnt        = 0
srvtcpka-idle       = 0
srvtcpka-intvl      = 0
option log-health-checks = no
option nolinger     = no
)");
}

TEST_CASE("a dump has frontends and backends in their order, and a listen as one section") {
    auto text = dump_of(everything);
    auto position = [&](const std::string& section) {
        auto found = text.find(section);
        INFO(section);
        REQUIRE(found != std::string::npos);
        return found;
    };
    CHECK(position("[frontend f]") < position("[backend first]"));
    CHECK(position("[backend first]") < position("[listen both]"));
    CHECK(position("[listen both]") < position("[listen elsewhere]"));
    CHECK(position("[listen elsewhere]") < position("[backend last]"));
    CHECK(text.find("[backend both]") == std::string::npos);
}

TEST_CASE("a dump writes every parameter that was given") {
    auto text = dump_of(everything);
    for (auto line :
         {"= 0.0.0.0:81 backlog 3 name x maxconn 4 interface lo defer-accept transparent tfo ",
          " mss -40 tcp-ut 3s\n",
          "= [::]:90 v6only\n",
          "= fd@9\n",
          "= /run/x mode 660 user 1000 group 1000\n",
          "= abns@x\n",
          "= unix@relative\n",
          "= abns@a level user\n",
          "= /run/x.sock mode 640 level operator expose-fd listeners\n",
          "= [::]:91 v4v6\n",
          "= [::1]:1 weight 0 source ::1\n",
          "= /run/b check inter 3s port 6 addr 127.0.0.1\n",
          "= unix@relative inter 3s source unix@me\n",
          "= abns@d check inter 3s addr /run/check maxconn 7 minconn 3 maxqueue 9\n",
          "= [::1]:1 addr ::3 source [::2]:3\n",
          "= /dev/log len 200 format rfc5424 daemon notice err\n",
          "errorfile 503       = /x/sorry.http\n",
          "description         = a  b\n",
          "timeout tunnel      = 0\n",
          "= 127.0.0.1:1 check inter 3s fastinter 1s downinter 2s rise 3 fall 4 port 5 backup disabled\n"}) {
        INFO(line);
        CHECK(text.find(line) != std::string::npos);
    }
}

TEST_CASE("a check that has no header because it names its port or address keeps having none",
          "[proxy-header]") {
    for (const char* line :
         {"127.0.0.1:2 send-proxy check port 2", "127.0.0.1:2 send-proxy check addr 127.0.0.1",
          "/x send-proxy check addr /x", "127.0.0.1:2 send-proxy check addr 127.0.0.2"}) {
        INFO(line);
        auto text = dump_of(std::string("[listen l]\nbind = :1\nserver s = ") + line + "\n");
        auto again = load_fake(text);
        REQUIRE(again.config);
        CHECK_FALSE(again.config->backends[0].servers[0].check.send_proxy);
    }
}
