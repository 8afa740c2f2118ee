// Configurations with mistakes: each is reported, in order, with what to do about it.
#include <fmt/format.h>

#include "catch.hpp"
#include "fake_environment.hpp"

namespace {

const std::string rest = "[listen other]\nbind = :1\nserver s = 127.0.0.1:1\n";

/// The messages about a section that stands in front of a sound one.
std::string errors(const std::string& text, std::map<std::string, std::string> files = {}) {
    auto loaded = load_fake(text + rest, std::move(files));
    CHECK_FALSE(loaded.config);
    return mistakes_of(loaded);
}

/// The messages about one line of a [listen] section.
std::string error_of(const std::string& line, std::map<std::string, std::string> files = {}) {
    return errors("[listen x]\n" + line + "\nbind = :99\nserver last = 127.0.0.1:99\n", std::move(files));
}

std::string warnings(const std::string& text) {
    auto loaded = load_fake(text);
    CHECK(loaded.config);
    return mistakes_of(loaded);
}

}  // namespace

TEST_CASE("all mistakes of all files come in one run, by file and line") {
    auto loaded = spliced::config::load_text(
        {{"b.ini", "[frontend f]\nbind = :70000\ndefault_backend = nope\nbund = :80\n"},
         {"a.ini", "[globl]\n[backend b]\nserver s = 127.0.0.1:1 weight 257 rise 0\n"}},
        fake_environment());
    CHECK_FALSE(loaded.config);
    CHECK(mistakes_of(loaded) ==
          "b.ini:2: 'bind': address ':70000': port 70000 is not within 1 and 65535\n"
          "b.ini:3: 'default_backend': there is no backend 'nope'\n"
          "b.ini:4: 'bund': unknown keyword; did you mean 'bind'?\n"
          "a.ini:1: unknown section [globl]; did you mean 'global'?\n"
          "a.ini:3: 'server s': weight: 257 is not within 0 and 256\n"
          "a.ini:3: 'server s': rise: 0 is not within 1 and 2147483647\n");
}

TEST_CASE("an unknown keyword is met with the nearest that may stand there") {
    CHECK(error_of("timout conect = 5s") ==
          "test.ini:2: 'timout conect': unknown keyword; did you mean 'timeout connect'?\n");
    CHECK(error_of("option tcplgo = yes") ==
          "test.ini:2: 'option tcplgo': unknown keyword; did you mean 'option tcplog'?\n");
    CHECK(error_of("sevrer web = :80") ==
          "test.ini:2: 'sevrer web': unknown keyword; did you mean 'server NAME'?\n");
    CHECK(error_of("something else = 1") == "test.ini:2: 'something else': unknown keyword\n");
    CHECK(error_of("bind web = :80") == "test.ini:2: 'bind web': 'bind' takes no name: write 'bind = ...'\n");
    CHECK(error_of("server = 127.0.0.1:1") ==
          "test.ini:2: 'server': the name is missing: server NAME = ...\n");
    CHECK(error_of("server a b = 127.0.0.1:1") ==
          "test.ini:2: 'server a b': unexpected 'b' after the name\n");
    CHECK(error_of("server a/b = 127.0.0.1:1") ==
          "test.ini:2: 'server a/b': a name is made of letters, digits, '-', '_', '.' and ':'\n");
}

TEST_CASE("HAProxy's other keywords are known by name") {
    auto http = "belongs to HAProxy's HTTP mode; this proxy relays TCP and looks into nothing";
    auto later = "is a keyword of HAProxy that this version does not support";
    for (auto key : {"http-request", "http-request deny", "option httplog", "cookie", "option forwardfor",
                     "timeout http-request", "errorfile 404", "stats uri"})
        CHECK(error_of(std::string(key) + " = x") == fmt::format("test.ini:2: '{}': {}\n", key, http));
    for (auto key : {"acl", "use_backend", "tcp-request connection", "option httpchk", "option tcp-check",
                     "timeout queue", "stick-table", "log-format", "fullconn", "backlog"})
        CHECK(error_of(std::string(key) + " = x") == fmt::format("test.ini:2: '{}': {}\n", key, later));
    CHECK(error_of("mode = tcp") ==
          "test.ini:2: 'mode': is not needed: this proxy always works in TCP mode; remove the line\n");
    CHECK(error_of("no option tcplog = x").find("write 'option NAME = no'") != std::string::npos);
    CHECK(errors("[global]\nnbthread = 4\nstats socket = /x\n") ==
          fmt::format("test.ini:2: 'nbthread': {0}\ntest.ini:3: 'stats socket': {0}\n", later));
    CHECK(errors("[stats]\nbind = :1\n") ==
          "test.ini:1: [stats] is a section that this version does not support\n");
    CHECK(
        error_of("balance = source").find("is an algorithm of HAProxy that this version does not support") !=
        std::string::npos);
    CHECK(error_of("balance = uri").find("HTTP mode") != std::string::npos);
    CHECK(error_of("bind = :80 ssl crt x").find("'ssl' is about TLS") != std::string::npos);
    CHECK(error_of("bind = :80 accept-proxy").find("does not support") != std::string::npos);
    CHECK(error_of("server s = 127.0.0.1:1 send-proxy").find("does not support") != std::string::npos);
    CHECK(error_of("server s = 127.0.0.1:1 cookie x").find("HTTP mode") != std::string::npos);
}

TEST_CASE("a keyword in the wrong section is told where it belongs") {
    CHECK(errors("[frontend f]\nbind = :99\ndefault_backend = other\ntimeout server = 5s\n") ==
          "test.ini:4: 'timeout server': belongs to [defaults], [listen] or [backend], not to [frontend]\n");
    CHECK(errors("[backend f]\nbind = :99\n") ==
          "test.ini:2: 'bind': belongs to [frontend] or [listen], not to [backend]\n");
    CHECK(errors("[defaults]\nserver x = :99\n") ==
          "test.ini:2: 'server x': belongs to [listen] or [backend], not to [defaults]\n");
    CHECK(error_of("daemon = yes") == "test.ini:2: 'daemon': belongs to [global], not to [listen]\n");
    CHECK(errors("[global]\nmaxconn = 1\nretries = 1\n").find("'retries': belongs to") != std::string::npos);
}

TEST_CASE("only bind and log repeat; anything else repeated names the first line") {
    CHECK(error_of("retries = 1\nretries = 2") == "test.ini:3: 'retries': stands already at test.ini:2\n");
    CHECK(error_of("timeout  connect = 1\ntimeout connect = 2") ==
          "test.ini:3: 'timeout connect': stands already at test.ini:2\n");
    CHECK(error_of("default-server = check\ndefault-server = backup").find("stands already") !=
          std::string::npos);
    CHECK(error_of("server a = 127.0.0.1:1\nserver a = 127.0.0.1:2") ==
          "test.ini:3: 'server a': a server of this name stands at test.ini:2\n");
    CHECK(errors("[global]\ndaemon = yes\n[global]\ndaemon = no\n") ==
          "test.ini:4: 'daemon': stands already at test.ini:2\n");
    CHECK(error_of("server a = 127.0.0.1:1 check check") ==
          "test.ini:2: 'server a': 'check' is given twice\n");
}

TEST_CASE("two sections of one kind may not share a name") {
    CHECK(errors("[backend other]\n") ==
          "test.ini:2: [listen other]: 'other' is taken by the section at test.ini:1\n");
    CHECK(errors("[frontend a]\nbind = :2\ndefault_backend = other\n[frontend a]\nbind = :3\ndefault_backend "
                 "= other\n") == "test.ini:4: [frontend a]: 'a' is taken by the section at test.ini:1\n");
    CHECK(errors("[listen]\n") == "test.ini:1: the name is missing: [listen NAME]\n");
    CHECK(errors("[listen a b]\nbind = :2\n") == "test.ini:1: [listen a b]: unexpected 'b'\n");
    CHECK(errors("[global x]\n") == "test.ini:1: [global x]: unexpected 'x'\n");
    CHECK(errors("[backend a/b]\n") ==
          "test.ini:1: 'a/b': a name is made of letters, digits, '-', '_', '.' and ':'\n");
    CHECK(errors("[]\n") == "test.ini:1: the section has no name\n");
}

TEST_CASE("a value of the wrong type or out of range says what is allowed") {
    CHECK(
        error_of("timeout client = 1.5s") ==
        "test.ini:2: 'timeout client': '1.5s' is not a duration: a whole number and us, ms, s, m, h or d\n");
    CHECK(error_of("timeout client = 25d").find("too long") != std::string::npos);
    CHECK(error_of("option tcplog = on") == "test.ini:2: 'option tcplog': 'on' is neither yes nor no\n");
    CHECK(error_of("option redispatch = 3") ==
          "test.ini:2: 'option redispatch': '3' is neither yes nor no\n");
    CHECK(error_of("retries = -1") == "test.ini:2: 'retries': -1 is not within 0 and 2147483647\n");
    CHECK(errors("[global]\nspread-checks = 51\ntune.pipesize = 2g\ntune.maxaccept = 0\nmaxconn = 0\n") ==
          "test.ini:2: 'spread-checks': 51 is not within 0 and 50\n"
          "test.ini:3: 'tune.pipesize': 2g is more than 1g\n"
          "test.ini:4: 'tune.maxaccept': 0 would accept nothing; -1 is no bound\n"
          "test.ini:5: 'maxconn': 0 is not within 1 and 2147483647\n");
    CHECK(error_of("balance = leastcon") ==
          "test.ini:2: 'balance': unknown word 'leastcon'; did you mean 'leastconn'?\n");
    CHECK(error_of("balance = first x") == "test.ini:2: 'balance': unexpected 'x' after the algorithm\n");
}

TEST_CASE("mistakes of a server line are all reported") {
    CHECK(error_of("server s = 127.0.0.1:70000 wieght 3") ==
          "test.ini:2: 'server s': address '127.0.0.1:70000': port 70000 is not within 1 and 65535\n"
          "test.ini:2: 'server s': unknown word 'wieght'; did you mean 'weight'?\n");
    CHECK(error_of("server s = 127.0.0.1:1 inter") ==
          "test.ini:2: 'server s': the value of 'inter' is missing\n");
    CHECK(error_of("server s = 127.0.0.1:1 inter 0") ==
          "test.ini:2: 'server s': inter: 0 is less than 1ms\n");
    CHECK(error_of("server s = 127.0.0.1") ==
          "test.ini:2: 'server s': address '127.0.0.1': the port is missing; the client's port is not passed "
          "on\n");
    CHECK(error_of("server s = *:80").find("a server needs an address of its own") != std::string::npos);
    CHECK(error_of("server s = nosuch.test:80") ==
          "test.ini:2: 'server s': cannot resolve 'nosuch.test': Name or service not known\n");
    CHECK(error_of("server s = fd@3").find("only a 'bind' may use it") != std::string::npos);
    CHECK(error_of("server s = 127.0.0.1:1 source ::1").find("different families") != std::string::npos);
    CHECK(error_of("server s = /run/x port 5").find("a check of a unix socket has no 'port'") !=
          std::string::npos);
    CHECK(error_of("server s = /run/x addr 127.0.0.1").find("'addr' needs a 'port'") != std::string::npos);
    CHECK(error_of("default-server = chekc") ==
          "test.ini:2: 'default-server': unknown word 'chekc'; did you mean 'check'?\n");
}

TEST_CASE("mistakes of a bind line are all reported") {
    CHECK(error_of("bind = :80,:70000,nosuch.test:1") ==
          "test.ini:2: 'bind': address ':70000': port 70000 is not within 1 and 65535\n"
          "test.ini:2: 'bind': cannot resolve 'nosuch.test': Name or service not known\n");
    CHECK(error_of("bind = /x mode 888") ==
          "test.ini:2: 'bind': mode: '888' is not an octal mode such as 660\n");
    CHECK(error_of("bind = :80 mode 660") ==
          "test.ini:2: 'bind': 'mode', 'user' and 'group' are for unix sockets with a path\n");
    CHECK(error_of("bind = /x user nobody-here") ==
          "test.ini:2: 'bind': user: there is no user 'nobody-here'\n");
    CHECK(error_of("bind = :1") == "test.ini:6: 'bind': 0.0.0.0:1 is taken by test.ini:2\n");
    CHECK(error_of("bind = 127.0.0.1:1-65535,127.0.0.2:1-65535") ==
          "test.ini:2: 'bind': these are more than 65536 listeners in one section\n");
    CHECK(error_of("bind = fd@3,fd@3") == "test.ini:2: 'bind': fd@3 is taken by test.ini:2\n");
    CHECK(error_of("bind = :80,").find("is missing") != std::string::npos);
}

TEST_CASE("mistakes of a log line name what is usual") {
    CHECK(error_of("log = stdout") ==
          "test.ini:2: 'log': the facility is missing; 'daemon' and 'local0' are usual ones\n");
    CHECK(error_of("log = stdout damon").find("unknown facility 'damon'") != std::string::npos);
    CHECK(error_of("log = stdout daemon loud").find("unknown level 'loud'") != std::string::npos);
    CHECK(error_of("log = stdout daemon info err x").find("unexpected 'x'") != std::string::npos);
    CHECK(error_of("log = stdout len 10 daemon") ==
          "test.ini:2: 'log': len: 10 is not within 80 and 65535\n");
    CHECK(error_of("log = stdout format json daemon").find("unknown format 'json'") != std::string::npos);
    CHECK(error_of("log = tcp@127.0.0.1 daemon").find("is not supported by this version") !=
          std::string::npos);
    CHECK(errors("[global]\nlog = global\n") ==
          "test.ini:2: 'log': 'global' stands for the targets given here; it is for proxies\n");
}

TEST_CASE("an error file must be there, have content and fit") {
    CHECK(error_of("errorfile 503 = /no/such.http") ==
          "test.ini:2: 'errorfile 503': cannot read '/no/such.http': No such file or directory\n");
    CHECK(error_of("errorfile 503 = /a/empty.http", {{"empty.http", ""}}).find("is empty") !=
          std::string::npos);
    CHECK(error_of("errorfile 503 = /a/big.http", {{"big.http", std::string(65537, 'x')}}).find("larger") !=
          std::string::npos);
}

TEST_CASE("an unknown account is an error") {
    CHECK(errors("[global]\nuser = nobody-here\ngroup = nobody-here\n") ==
          "test.ini:2: 'user': there is no user 'nobody-here'\ntest.ini:3: 'group': there is no group "
          "'nobody-here'\n");
}

TEST_CASE("what HAProxy starts with, this starts with too, with a warning") {
    CHECK(warnings("[frontend f]\nbind = :2\n") ==
          "test.ini:1: 'f' has no 'default_backend': every connection will be closed\n");
    CHECK(warnings("[listen f]\nbind = :2\n") ==
          "test.ini:1: 'f' has no 'server': every connection will be closed\n");
    CHECK(warnings("[frontend f]\ndefault_backend = other\n" + rest) ==
          "test.ini:1: 'f' has no 'bind': nobody can connect to it\n");
}

TEST_CASE("a configuration that listens nowhere is an error") {
    auto nothing = "test.ini: nothing to do: there is no [listen] or [frontend] section with a 'bind'\n";
    for (auto text : {"", "\n; only a comment\n", "[global]\n", "[backend b]\nserver s = 127.0.0.1:1\n"}) {
        auto loaded = load_fake(text);
        CHECK_FALSE(loaded.config);
        CHECK(mistakes_of(loaded) == nothing);
    }
}
