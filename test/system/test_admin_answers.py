"""Every command's answer, word for word, as HAProxy 2.6.12 gave it; where HAProxy is installed, it is asked again.

The commands of one list run in their order against one fresh process. `+` in front of a line: spliced alone, where it
is stricter on purpose, or has what HAProxy has not.
"""

import os
import re

import pytest

REQUIRE = "Require 'backend/server'.\n\n"
USAGE = ("usage: set server <backend>/<server> addr | agent | agent-addr | agent-port | agent-send | check-addr | "
         "check-port | fqdn | health | ssl | state | weight\n\n")
STATES = "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n\n"
HEALTH = "'set server <srv> health' expects 'up', 'stopping', or 'down'.\n\n"
BY = " by 'stats socket command'\n\n"
DONE = "\n"

SERVERS = [
    ("disable server be/s1", DONE),
    ("enable server be/s1", DONE),
    ("disable server", REQUIRE),
    ("disable server be", REQUIRE),
    ("disable server be/", REQUIRE),
    ("disable server nope/s1", "No such backend.\n\n"),
    ("disable server be/nope", "No such server.\n\n"),
    ("disable server be/s1/x", "No such server.\n\n"),
    ("enable server be/nope", "No such server.\n\n"),
    ("disable health be/s1", DONE),
    ("disable health be/s2", DONE),
    ("enable health be/s2", "Health check was not configured on this server, cannot enable.\n\n"),
    ("enable health be/s1", DONE),
    ("disable agent be/s1", DONE),
    ("enable agent be/s1", "Agent was not configured on this server, cannot enable.\n\n"),
    ("set server", REQUIRE),
    ("set server be", REQUIRE),
    ("set server be/s1", USAGE),
    ("set server be/s1 foo", USAGE),
    ("set server be/nope state ready", "No such server.\n\n"),
    ("set server be/s1 state", STATES),
    ("set server be/s1 state foo", STATES),
    ("set server be/s1 state drain", DONE),
    ("set server be/s1 state drain", DONE),
    ("set server be/s1 state maint", DONE),
    ("set server be/s1 state ready", DONE),
    ("set server be/s1 health", HEALTH),
    ("set server be/s1 health foo", HEALTH),
    ("set server be/s1 health down", DONE),
    ("set server be/s1 health stopping", DONE),
    ("set server be/s1 health up", DONE),
    ("set server be/s2 health down", DONE),
    ("set server be/s1 agent up", "agent checks are not enabled on this server.\n\n"),
    ("set server be/s1 agent-port 5", "agent checks are not enabled on this server\n"),
    ("set server be/s2 check-port 99", "health checks are not enabled on this server\n"),
    ("set server be/s1 fqdn x", "set server <b>/<s> fqdn failed because no resolution is configured.\n\n"),
    ("set server be/s1 ssl on", "'set server <srv> ssl' cannot be set.  default-server should define ssl settings\n\n"),
]

WEIGHTS = [
    ("set server be/s1 weight", "Require <weight> or <weight%>.\n\n"),
    ("set server be/s1 weight 5", DONE),
    ("set server be/s1 weight 300", "Absolute weight can only be between 0 and 256 inclusive.\n\n"),
    ("set server be/s1 weight -1", "Absolute weight can only be between 0 and 256 inclusive.\n\n"),
    ("set server be/s1 weight x", "Empty weight string empty or preceded by garbage\n"),
    ("set server be/s1 weight 50%", DONE),
    ("get weight be/s1", "0 (initial 1)\n\n"),
    ("set server be/s1 weight 25600%", DONE),
    ("get weight be/s1", "256 (initial 1)\n\n"),
    ("set server be/s1 weight 25700%", DONE),
    ("get weight be/s1", "256 (initial 1)\n\n"),
    ("set server be/s2 weight 150%", DONE),
    ("get weight be/s2", "15 (initial 10)\n\n"),
    ("set weight be/s2 10", DONE),
    ("get weight be/s2", "10 (initial 10)\n\n"),
    ("set weight be/s1", "Require <weight> or <weight%>.\n\n"),
    ("set weight be/nope 1", "No such server.\n\n"),
    ("set weight be 1", REQUIRE),
    ("get weight be/nope", "No such server.\n\n"),
    ("get weight", REQUIRE),
    ("get weight nope/s1", "No such backend.\n\n"),
]

ADDRESSES = [
    ("set server be/s2 addr", "set server <b>/<s> addr requires an address and optionally a port.\n\n"),
    ("set server be/s2 addr 127.0.0.1", "no need to change the addr" + BY),
    ("set server be/s2 addr 127.0.0.2", "IP changed from '127.0.0.1' to '127.0.0.2'" + BY),
    ("set server be/s2 addr 127.0.0.1 port",
     "IP changed from '127.0.0.2' to '127.0.0.1', problem converting port '' to an int" + BY),
    ("set server be/s2 addr 127.0.0.1 port 1234",
     "no need to change the addr, port changed from 'PORT' to '1234'" + BY),
    ("set server be/s2 addr 127.0.0.1 port 1234", "no need to change the addr, no need to change the port" + BY),
    ("set server be/s2 addr 127.0.0.1 port x",
     "no need to change the addr, problem converting port 'x' to an int" + BY),
    ("+set server be/s2 addr 127.0.0.1 port 99999",
     "no need to change the addr, problem converting port '99999' to an int" + BY),
    ("set server be/s2 addr foo.example", "Invalid addr 'foo.example'" + BY),
    ("set server be/s2 addr /tmp/x", "Invalid addr '/tmp/x'" + BY),
    ("set server be/s2 addr ::1", "IP changed from '127.0.0.1' to '::1'" + BY),
    ("set server be/s2 addr 127.0.0.1 foo", "IP changed from '::1' to '127.0.0.1'" + BY),
]

FRONTENDS = [
    ("disable frontend", "A frontend name is expected.\n\n"),
    ("disable frontend nope", "No such frontend.\n\n"),
    ("disable frontend be", "No such frontend.\n\n"),
    ("disable frontend fe", DONE),
    ("disable frontend fe", "All sockets are already disabled.\n\n"),
    ("enable frontend fe", DONE),
    ("enable frontend fe", "All sockets are already enabled.\n\n"),
    ("enable frontend nope", "No such frontend.\n\n"),
    ("enable frontend", "A frontend name is expected.\n\n"),
    ("set maxconn frontend", "A frontend name is expected.\n\n"),
    ("set maxconn frontend fe", "Integer value expected.\n\n"),
    ("+set maxconn frontend fe x", "Integer value expected.\n\n"),
    ("set maxconn frontend fe 20", DONE),
    ("set maxconn frontend fe -1", "Value out of range.\n\n"),
    ("set maxconn frontend nope 5", "No such frontend.\n\n"),
    ("set maxconn server be/s1", "Require <maxconn>.\n\n"),
    ("set maxconn server be/s1 5", DONE),
    ("set maxconn server be/s1 0", DONE),
    ("set maxconn global", "Expects an integer value.\n\n"),
    ("+set maxconn global x", "Expects an integer value.\n\n"),
    ("set maxconn global 50", DONE),
    ("set maxconn global 5000", "Value out of range.\n\n"),
    ("set maxconn global 0", DONE),
    ("shutdown frontend", "A frontend name is expected.\n\n"),
    ("shutdown frontend nope", "No such frontend.\n\n"),
    ("shutdown frontend fe", DONE),
    ("shutdown frontend fe", "Frontend was already shut down.\n\n"),
    ("enable frontend fe", "Frontend was previously shut down, cannot enable.\n\n"),
    ("disable frontend fe", "Frontend was previously shut down, cannot disable.\n\n"),
]

SHOWN = [
    ("show backend", "# name\nbe\nlsn\n\n"),
    ("show stat nope 1 1", "No such proxy.\n\n"),
    ("show servers state nope", "Can't find backend.\n\n"),
    ("show servers conn nope", "Can't find backend.\n\n"),
    ("show sess 0x1234", "Session not found.\n\n"),
    ("show errors nope", "No such proxy.\n\n"),
    ("show env NO_SUCH_VARIABLE", "Variable not found\n\n"),
    ("show fd 100000", "\n"),
    ("show peers", "\n"),
    ("show table", "\n"),
    ("show table nope", "No such table\n\n"),
    ("show map", "# id (file) description\n\n"),
    ("show map x", "Unknown map identifier. Please use #<id> or <file>.\n\n"),
    ("show acl x", "Unknown ACL identifier. Please use #<id> or <file>.\n\n"),
    ("show cache", "\n"),
    ("show resolvers x", "Can't find that resolvers section\n\n"),
    ("show cli level", "admin\n\n"),
    ("show cli sockets", "# socket lvl processes\nunix@PATH admin all\n\n"),
    ("+show reload", "Reloads: 0\nFailed_reloads: 0\n\n"),
    ("shutdown session", "Session pointer expected (use 'show sess').\n\n"),
    ("shutdown session x", "Session pointer expected (use 'show sess').\n\n"),
    ("shutdown session 0x1234", "No such session (use 'show sess').\n\n"),
    ("shutdown sessions server", REQUIRE),
    ("shutdown sessions server be", REQUIRE),
    ("shutdown sessions server be/nope", "No such server.\n\n"),
    ("shutdown sessions server be/s1", DONE),
    ("clear counters", DONE),
    ("clear counters all", DONE),
    ("set timeout", "'set timeout' only supports 'cli'.\n\n"),
    ("set timeout foo 1", "'set timeout' only supports 'cli'.\n\n"),
    ("set timeout cli", "Expects an integer value.\n\n"),
    ("set timeout cli x", "Invalid timeout value.\n\n"),
    ("set timeout cli 0", "Invalid timeout value.\n\n"),
    ("set timeout cli 60", DONE),
    ("set severity-output number", DONE),
    ("set severity-output foo", "one of 'none', 'number', 'string' is a required argument\n\n"),
    ("operator", DONE),
    ("user", DONE),
    ("quit", ""),
]

STATE = re.compile("""1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight \
srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state \
bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr \
srv_agent_port
3 be 1 s1 127.0.0.1 2 0 1 1 \\d+ 6 3 4 6 0 0 0 - \\d+ - 0 0 - - 0
3 be 2 s2 127.0.0.1 2 0 10 10 \\d+ 1 0 2 0 0 0 0 - \\d+ - 0 0 - - 0
3 be 3 s3 127.0.0.1 0 0 1 1 \\d+ 8 2 0 6 0 0 0 - \\d+ - 0 0 - - 0
3 be 4 s4 127.0.0.1 0 5 1 1 \\d+ 1 0 0 [08] 0 0 0 - \\d+ - 0 0 - - 0
4 lsn 1 s1 127.0.0.1 2 0 1 1 \\d+ 1 0 2 0 0 0 0 - \\d+ - 0 0 - - 0

""")


@pytest.mark.parametrize("exchange", [SERVERS, WEIGHTS, ADDRESSES, FRONTENDS, SHOWN],
                         ids=["servers", "weights", "addresses", "frontends", "shown"])
def test_commands_are_answered_word_for_word(process, exchange):
    which, admin, places = process
    port = places.alive[1].rpartition(":")[2]
    for command, answer in exchange:
        if command.startswith("+") and which == "haproxy":
            continue
        expected = answer.replace("PORT", port).replace("PATH", str(places.path))
        assert (command, admin.ask(command.lstrip("+"))) == (command, expected)


def test_the_state_of_servers_is_listed(process):
    _, admin, _ = process
    assert STATE.fullmatch(admin.ask("show servers state"))
    assert admin.ask("show servers state be").count("\n") == 7


def test_the_connections_of_servers_are_listed(process):
    _, admin, _ = process
    lines = admin.ask("show servers conn").splitlines()
    assert lines[0].startswith("# bkname/svname bkid/svid addr port - purge_delay used_cur used_max need_est unsafe_nb "
                               "safe_nb idle_lim idle_cur idle_per_thr[")
    assert [line.split()[:3] for line in lines[1:-1]] == [
        ["be/s1", "3/1", "127.0.0.1"], ["be/s2", "3/2", "127.0.0.1"], ["be/s3", "3/3", "127.0.0.1"],
        ["be/s4", "3/4", "127.0.0.1"], ["lsn/s1", "4/1", "127.0.0.1"]]


def test_there_are_no_errors_of_protocols_to_show(process):
    _, admin, _ = process
    pattern = r"Total events captured on \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d\.\d{3}\] : 0\n\n"
    assert re.fullmatch(pattern, admin.ask("show errors"))
    assert re.fullmatch(pattern, admin.ask("show errors be"))


def test_the_environment_is_shown(process):
    _, admin, _ = process
    assert admin.ask("show env PATH") == f"PATH={os.environ['PATH']}\n\n"
    assert f"\nPATH={os.environ['PATH']}\n" in "\n" + admin.ask("show env")


@pytest.mark.parametrize("command", ["foo", "show", "show foo", "sho stat", "shutdown", "set maxconn", "SHOW STAT"])
def test_an_unknown_command_is_answered_with_what_there_is(process, command):
    _, admin, _ = process
    answer = admin.ask(command)
    assert answer.startswith("Unknown command, but maybe one of the following ones is a better match:\n  ")
    assert answer.endswith("\n  help [<command>]                        : list matching or all commands\n"
                           "  prompt                                  : toggle interactive mode with prompt\n"
                           "  quit                                    : disconnect\n\n")


def test_an_empty_command_is_answered_with_all_of_them(process):
    _, admin, _ = process
    for command in ("", ";"):
        answer = admin.ask(command)
        assert answer.startswith("Unknown command. Please enter one of the following commands only:\n  ")
        assert "\n  show stat [desc|json|no-maint|typed|up]*: report counters for each proxy and server\n" in answer


def test_the_help_of_every_command_is_that_of_haproxy(process):
    which, admin, _ = process
    lines = [line for line in admin.ask("help").splitlines() if line.startswith("  ")]
    if which == "spliced":
        lines = [line for line in lines if line.split(" :")[0].strip() not in ("reload", "show config", "show reload")]
        assert lines == HELP.splitlines()
    else:
        assert set(HELP.splitlines()) <= set(lines)


HELP = """\
  clear counters [all]                    : clear max statistics counters (or all counters)
  clear table <table> [<filter>]*         : remove an entry from a table (filter: data/key)
  disable agent                           : disable agent checks
  disable frontend <frontend>             : temporarily disable specific frontend
  disable health                          : disable health checks
  disable server (DEPRECATED)             : disable a server for maintenance (use 'set server' instead)
  enable agent                            : enable agent checks
  enable frontend <frontend>              : re-enable specific frontend
  enable health                           : enable health checks
  enable server  (DEPRECATED)             : enable a disabled server (use 'set server' instead)
  get weight <bk>/<srv>                   : report a server's current weight
  operator                                : lower the level of the current CLI session to operator
  set maxconn frontend <frontend> <value> : change a frontend's maxconn setting
  set maxconn global <value>              : change the per-process maxconn setting
  set maxconn server <bk>/<srv>           : change a server's maxconn setting
  set rate-limit <setting> <value>        : change a rate limiting value
  set server <bk>/<srv> [opts]            : change a server's state, weight, address or ssl
  set severity-output [none|number|string]: set presence of severity level in feedback information
  set table <table> key <k> [data.* <v>]* : update or create a table entry's data
  set timeout [cli] <delay>               : change a timeout setting
  set weight <bk>/<srv>  (DEPRECATED)     : change a server's weight (use 'set server' instead)
  show acl [@<ver>] <acl>]                : report available acls or dump an acl's contents
  show activity                           : show per-thread activity stats (for support/developers)
  show backend                            : list backends in the current running config
  show cache                              : show cache status
  show cli level                          : display the level of the current CLI session
  show cli sockets                        : dump list of cli sockets
  show env [var]                          : dump environment variables known to the process
  show errors [<px>] [request|response]   : report last request and/or response errors for each proxy
  show fd [num]                           : dump list of file descriptors in use or a specific one
  show info [desc|json|typed|float]*      : report information about the running process
  show map [@ver] [map]                   : report available maps or dump a map's contents
  show peers [dict|-] [section]           : dump some information about all the peers or this peers section
  show resolvers [id]                     : dumps counters from all resolvers section and associated name servers
  show schema json                        : report schema used for stats
  show servers conn [<backend>]           : dump server connections status (all or for a single backend)
  show servers state [<backend>]          : dump volatile server information (all or for a single backend)
  show sess [id]                          : report the list of current sessions or dump this exact session
  show stat [desc|json|no-maint|typed|up]*: report counters for each proxy and server
  show table <table> [<filter>]*          : report table usage stats or dump this table's contents (filter: data/key)
  show version                            : show version of the current process
  shutdown frontend <frontend>            : stop a specific frontend
  shutdown session [id]                   : kill a specific session
  shutdown sessions server <bk>/<srv>     : kill sessions on a server
  user                                    : lower the level of the current CLI session to user
  help [<command>]                        : list matching or all commands
  prompt                                  : toggle interactive mode with prompt
  quit                                    : disconnect
"""
