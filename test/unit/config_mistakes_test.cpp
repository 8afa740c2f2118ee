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
                     "timeout http-request", "errorfile 404"})
        CHECK(error_of(std::string(key) + " = x") == fmt::format("test.ini:2: '{}': {}\n", key, http));
    for (auto key : {"tcp-response", "declare", "log-format-sd", "backlog"})
        CHECK(error_of(std::string(key) + " = x") == fmt::format("test.ini:2: '{}': {}\n", key, later));
    for (auto key : {"reqadd", "rspadd", "reqrep", "reqirep", "rspirep", "httpclose", "option forceclose"})
        CHECK(error_of(std::string(key) + " = x") == fmt::format("test.ini:2: '{}': {}\n", key, http));
    CHECK(error_of("mode = http") ==
          "test.ini:2: 'mode': HTTP mode is not offered: this proxy relays TCP and looks into nothing\n");
    CHECK(error_of("mode = tcp") ==
          "test.ini:2: 'mode': is not needed: this proxy always works in TCP mode; remove the line\n");
    CHECK(error_of("no option tcplog = x").find("write 'option NAME = no'") != std::string::npos);
    CHECK(errors("[global]\nnbthread = 4\nserver-state-base = /x\n") ==
          fmt::format("test.ini:2: 'nbthread': {0}\ntest.ini:3: 'server-state-base': {0}\n", later));
    CHECK(errors("[peers]\nbind = :1\n") ==
          "test.ini:1: [peers] is a section that this version does not support\n");
    CHECK(error_of("balance = rdp-cookie")
              .find("is an algorithm of HAProxy that this version does not support") != std::string::npos);
    CHECK(error_of("balance = uri").find("HTTP mode") != std::string::npos);
    CHECK(error_of("bind = :80 ssl crt x").find("'ssl' is about TLS") != std::string::npos);
    CHECK(error_of("bind = :80 accept-netscaler-cip").find("does not support") != std::string::npos);
    CHECK(error_of("server s = 127.0.0.1:1 socks4").find("does not support") != std::string::npos);
    CHECK(error_of("server s = 127.0.0.1:1 cookie x").find("HTTP mode") != std::string::npos);
}

TEST_CASE("a keyword in the wrong section is told where it belongs") {
    CHECK(errors("[frontend f]\nbind = :99\ndefault_backend = other\ntimeout server = 5s\n") ==
          "test.ini:4: 'timeout server': belongs to [defaults], [listen] or [backend], not to [frontend]\n");
    CHECK(errors("[backend f]\nbind = :99\n") ==
          "test.ini:2: 'bind': belongs to [frontend], [listen] or [stats], not to [backend]\n");
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

TEST_CASE("a section whose header is wrong is read as what it resembles, so that nothing else is hidden") {
    CHECK(errors("[globl]\nmaxcon = 1\n") ==
          "test.ini:1: unknown section [globl]; did you mean 'global'?\n"
          "test.ini:2: 'maxcon': unknown keyword; did you mean 'maxconn'?\n");
    CHECK(errors("[Global]\ndaemon = yes\n") ==
          "test.ini:1: unknown section [Global]; did you mean 'global'?\n");
    CHECK(errors("[frontend f]\nbind = :2\ndefault_backend = x\n[backends x]\nserver s = 127.0.0.1:1\n") ==
          "test.ini:4: unknown section [backends x]; did you mean 'backend'?\n");
    CHECK(errors("[listen]\nbund = :2\n[listen]\n") ==
          "test.ini:1: the name is missing: [listen NAME]\n"
          "test.ini:2: 'bund': unknown keyword; did you mean 'bind'?\n"
          "test.ini:3: the name is missing: [listen NAME]\n");
    CHECK(errors("[frontend a/b]\nbind = :2\n") ==
          "test.ini:1: 'a/b': a name is made of letters, digits, '-', '_', '.' and ':'\n");
    CHECK(errors("[else x]\nmaxcon = 1\n") == "test.ini:1: unknown section [else x]\n");
}

TEST_CASE("a line in HAProxy's form is shown as it is written here") {
    auto better = [](const std::string& line) {
        auto text = error_of(line);
        auto at = text.find("write '");
        return at == std::string::npos ? text : text.substr(at);
    };
    CHECK(error_of("option tcplog") ==
          "test.ini:2: 'option tcplog': the '=' is missing: write 'option tcplog = yes'\n");
    CHECK(better("option tcpka") == "write 'option tcpka = yes'\n");
    CHECK(better("no option  redispatch") == "write 'option redispatch = no'\n");
    CHECK(better("timeout connect 5s") == "write 'timeout connect = 5s'\n");
    CHECK(better("balance") == "write 'balance = VALUE'\n");
    CHECK(better("server s 127.0.0.1:1 check") == "write 'server s = 127.0.0.1:1 check'\n");
    CHECK(better("server s") == "write 'server NAME = VALUE'\n");
    CHECK(better("log /dev/log daemon") == "write 'log = /dev/log daemon'\n");
    CHECK(better("listen y") == "write '[listen y]'\n");
    CHECK(better("acl x src 1.2.3.4") == "write 'acl x = src 1.2.3.4'\n");
    CHECK(better("tcp-request content accept") == "write 'tcp-request = content accept'\n");
    CHECK(error_of("mode http") == error_of("mode = http").replace(13, 4, "mode http"));
}

TEST_CASE("a file in HAProxy's own form gets one error at its first line") {
    for (auto header : {"global", "defaults", "defaults x", "listen web", "frontend web"}) {
        auto loaded = load_fake(fmt::format("# mine\n\n{}\n    mode http\n    bind :80\nlisten y\n", header));
        INFO(header);
        CHECK_FALSE(loaded.config);
        REQUIRE(loaded.mistakes.size() == 1);
        CHECK(loaded.mistakes[0].where.line == 3);
        CHECK(loaded.mistakes[0].message.find("HAProxy's own configuration") != std::string::npos);
    }
}

TEST_CASE("a value of the wrong type or out of range says what is allowed") {
    CHECK(
        error_of("timeout client = 1.5s") ==
        "test.ini:2: 'timeout client': '1.5s' is not a duration: a whole number and us, ms, s, m, h or d\n");
    CHECK(error_of("timeout client = 25d").find("too long") != std::string::npos);
    CHECK(error_of("option tcplog = on") ==
          "test.ini:2: 'option tcplog': 'on' is neither yes nor no: write 'yes'\n");
    for (std::string text : {"true", "1", "YES", "Enabled"})
        CHECK(error_of("option tcplog = " + text).ends_with(": write 'yes'\n"));
    for (std::string text : {"false", "0", "off", "No"})
        CHECK(error_of("option tcplog = " + text).ends_with(": write 'no'\n"));
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
          "test.ini:2: 'server s': cannot resolve 'nosuch.test': Name or service not known; 'init-addr none' "
          "lets the server start without an address\n");
    CHECK(error_of("server s = fd@3").find("only a 'bind' may use it") != std::string::npos);
    CHECK(error_of("server s = 127.0.0.1:1 source ::1").find("different families") != std::string::npos);
    CHECK(error_of("server s = 127.0.0.1:1 check addr ::1 source 127.0.0.1") ==
          "test.ini:2: 'server s': 'source' 127.0.0.1 and the address to check, ::1, are of different "
          "families\n");
    CHECK(error_of("server s = 127.0.0.1:1 port 0") ==
          "test.ini:2: 'server s': port: 0 is not within 1 and 65535\n");
    CHECK(error_of("server s = 127.0.0.1:1 CHECK") ==
          "test.ini:2: 'server s': unknown word 'CHECK'; did you mean 'check'?\n");
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
    CHECK(error_of("bind = /x user nobody-here") ==
          "test.ini:2: 'bind': user: there is no user 'nobody-here'\n");
    CHECK(error_of("bind = :1") == "test.ini:6: 'bind': 0.0.0.0:1 is taken by test.ini:2\n");
    CHECK(error_of("bind = 127.0.0.1:1-65535,127.0.0.2:1-65535") ==
          "test.ini:2: 'bind': these are more than 65536 listeners in one section\n");
    CHECK(error_of("bind = fd@3,fd@3") == "test.ini:2: 'bind': fd@3 is taken by test.ini:2\n");
    CHECK(error_of("bind = :80,").find("is missing") != std::string::npos);
    CHECK(error_of("bind = [::1]:80 V6Only") ==
          "test.ini:2: 'bind': unknown word 'V6Only'; did you mean 'v6only'?\n");
}

TEST_CASE("a parameter of a bind that cannot apply to its address is an error") {
    auto refused = [](std::string_view address, std::string_view parameter, std::string_view for_what) {
        auto line = fmt::format("bind = {} {}", address, parameter);
        auto name = parameter.substr(0, parameter.find(' '));
        CHECK(error_of(line) ==
              fmt::format("test.ini:2: 'bind': '{}' has no effect on {}: it is for {}; remove it\n", name,
                          address, for_what));
    };
    for (auto parameter : {"v6only", "v4v6"})
        for (auto address : {"127.0.0.1:80", ":80", "web.test:80", "/run/x", "abns@x"})
            refused(address, parameter, "IPv6 addresses");
    for (auto parameter : {"interface lo", "defer-accept"})
        for (auto address : {"/run/x", "unix@x", "abns@x"}) refused(address, parameter, "IP addresses");
    for (auto parameter : {"mode 660", "user web", "group web"})
        for (auto address : {":80", "[::1]:80", "abns@x"})
            refused(address, parameter, "unix sockets with a path");
    for (auto parameter :
         {"backlog 5", "interface lo", "v6only", "v4v6", "defer-accept", "mode 660", "user web", "group web"})
        refused("fd@3", parameter, "sockets that are not inherited");
    CHECK(error_of("bind = 127.0.0.1:80,[::1]:80 v6only") ==
          "test.ini:2: 'bind': 'v6only' has no effect on 127.0.0.1:80: it is for IPv6 addresses; remove it, "
          "or give this address a 'bind' of its own\n");
}

TEST_CASE("mistakes of a log line name what is usual") {
    CHECK(error_of("log = stdout") ==
          "test.ini:2: 'log': the facility is missing; 'daemon' and 'local0' are usual ones\n");
    CHECK(error_of("log = stdout damon") ==
          "test.ini:2: 'log': unknown facility 'damon'; did you mean 'daemon'?\n");
    CHECK(error_of("log = stdout LOCAL7") ==
          "test.ini:2: 'log': unknown facility 'LOCAL7'; did you mean 'local7'?\n");
    CHECK(error_of("log = stdout elsewhere") ==
          "test.ini:2: 'log': unknown facility 'elsewhere'; 'daemon' and 'local0' are usual ones\n");
    CHECK(error_of("log = stdout daemon loud") ==
          "test.ini:2: 'log': unknown level 'loud'; there are emerg alert crit err warning notice info "
          "debug\n");
    for (auto [written, meant] :
         {std::pair("error", "err"), {"warn", "warning"}, {"Notice", "notice"}, {"inf0", "info"}})
        CHECK(error_of(fmt::format("log = stdout daemon {}", written)) ==
              fmt::format("test.ini:2: 'log': unknown level '{}'; did you mean '{}'?\n", written, meant));
    CHECK(error_of("log = stdout daemon info err x").find("unexpected 'x'") != std::string::npos);
    CHECK(error_of("log = stdout len 10 daemon") ==
          "test.ini:2: 'log': len: 10 is not within 80 and 65535\n");
    CHECK(error_of("log = stdout format jsn daemon") ==
          "test.ini:2: 'log': format: unknown format 'jsn'; did you mean 'json'?\n");
    CHECK(error_of("log = file@web.log daemon") ==
          "test.ini:2: 'log': log target 'file@web.log': the path of a file begins with '/'\n");
    CHECK(error_of("log = stdout sample 3:2 daemon") ==
          "test.ini:2: 'log': sample: range '3' ends behind the period, 2\n");
    CHECK(error_of("log = stdout format rfc5434 daemon") ==
          "test.ini:2: 'log': format: unknown format 'rfc5434'; did you mean 'rfc5424'?\n");
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

TEST_CASE("an option of the log line that has no such line is worth a warning") {
    for (auto option : {"option dontlognull", "option logasap"}) {
        auto with = [&](std::string_view above, std::string_view value) {
            return warnings(
                fmt::format("{}\n{} = {}\nbind = :2\nserver s = 127.0.0.1:1\n", above, option, value));
        };
        auto warning = fmt::format(
            "test.ini:1: 'x' has '{}', which has no effect without 'option tcplog = yes'\n", option);
        CHECK(with("[listen x]", "yes") == warning);
        CHECK(with("[listen x]", "no").empty());
        CHECK(with("[listen x]\noption tcplog = yes", "yes").empty());
        auto inherited =
            fmt::format("[defaults]\n{} = yes\n[listen x]\nbind = :2\nserver s = 127.0.0.1:1\n", option);
        CHECK(warnings(inherited) == fmt::format("test.ini:3{}", warning.substr(10)));
    }
}

TEST_CASE("what stands where it cannot have an effect is worth a warning") {
    const std::string used = "[listen other]\nbind = :1\nserver s = 127.0.0.1:1\n";
    const std::string never =
        "has servers that are never used: its connections go to 'default_backend = other'\n";
    CHECK(warnings(used + "[listen x]\nbind = :2\nserver s = 127.0.0.1:1\ndefault_backend = other\n") ==
          "test.ini:4: 'x' " + never);
    CHECK(warnings(used + "[defaults]\ndefault_backend = other\n[listen x]\nbind = :2\nserver s = "
                          "127.0.0.1:1\n") == "test.ini:6: 'x' " + never);
    CHECK(warnings(used + "[listen x]\nbind = :2\ndefault_backend = other\n").empty());
    CHECK(warnings("[listen x]\nbind = :2\ndefault_backend = x\nserver s = 127.0.0.1:1\n").empty());

    CHECK(warnings("[listen x]\nbind = :2\nserver s = 127.0.0.1:1\ndefault-server = check\n") ==
          "test.ini:4: 'default-server': no 'server' stands below it in the section, so it has no effect\n");
    CHECK(warnings("[defaults]\ndefault-server = check\n" + used).empty());

    const std::string unused =
        "no section takes these [defaults]: they reach those below, until the next [defaults]\n";
    CHECK(warnings("[defaults]\nretries = 1\n[defaults]\nretries = 2\n" + used) == "test.ini:1: " + unused);
    CHECK(warnings(used + "[defaults]\nretries = 1\n[global]\nmaxconn = 1\n") == "test.ini:4: " + unused);
    CHECK(warnings("[defaults]\nretries = 1\n[global]\nmaxconn = 1\n" + used).empty());
}

TEST_CASE("logging to a terminal that the background does not have is worth a warning") {
    const std::string body = "[listen x]\nbind = :2\nserver s = 127.0.0.1:1\n";
    auto warning = [](std::string_view line, std::string_view target) {
        return fmt::format("test.ini:{}: 'daemon': in the background the lines of 'log = {}' are lost\n",
                           line, target);
    };
    CHECK(warnings("[global]\nlog = stdout daemon\ndaemon = yes\n" + body) == warning("3", "stdout"));
    CHECK(warnings("[global]\ndaemon = yes\n" + body + "log = fd@2 daemon\n") == warning("2", "fd@2"));
    CHECK(warnings("[global]\ndaemon = yes\nlog = /dev/log daemon\nlog = fd@9 daemon\n" + body).empty());
    CHECK(warnings("[global]\ndaemon = no\nlog = stderr daemon\n" + body).empty());
}

TEST_CASE("warnings wait while there are errors") {
    CHECK(error_of("option logasap = yes\nbund = 1") ==
          "test.ini:3: 'bund': unknown keyword; did you mean 'bind'?\n");
}

TEST_CASE("a configuration that listens nowhere is an error") {
    auto nothing = "test.ini: nothing to do: there is no [listen] or [frontend] section with a 'bind'\n";
    for (auto text : {"", "\n; only a comment\n", "[global]\n", "[backend b]\nserver s = 127.0.0.1:1\n"}) {
        auto loaded = load_fake(text);
        CHECK_FALSE(loaded.config);
        CHECK(mistakes_of(loaded) == nothing);
    }
}
