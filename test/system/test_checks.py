"""Checks that talk, agents, and what follows from them, against scripted servers."""

import re
from pathlib import Path

import procfs
import pytest
from admin import Admin
from peer import Behaviour, hold
from waiting import wait_until

SERVE = Behaviour(greeting=b"hello", read="end")


@pytest.fixture
def start(spliced, short_folder):
    """Starts a proxy with a statistics socket: start(lines...) -> (Admin, Proxy)."""
    def call(*lines, **options):
        path = short_folder / "admin.sock"
        options["global_lines"] = [f"stats socket = {path} level admin", *options.get("global_lines", ())]
        return Admin(path), spliced("\n".join(lines), **options)
    return call


class Mood:
    """What a scripted server answers next; changed while it runs. It keeps what it was asked."""

    def __init__(self, answer, reads=True):
        self.answer = answer
        self.asked = []
        self._reads = reads

    def __call__(self, peer):
        if self._reads:
            self.asked.append(peer.receive())
        if self.answer:
            peer.send(self.answer)


def wait_for(admin, proxy, server, **columns):
    def seen():
        row = admin.row(proxy, server)
        return all(row[name].removeprefix("* ") == value for name, value in columns.items()) and row
    return wait_until(seen, f"{proxy}/{server} is {columns}; it is {admin.row(proxy, server)}")


def test_a_dialog_decides_and_its_sentence_is_logged(serve, start):
    banner = Mood(b"500 busy\r\n", reads=False)
    server = serve(banner)
    admin, proxy = start("[listen web]", "bind = fd@?", "option tcp-check = yes", "tcp-check = comment banner",
                         r"tcp-check = expect string 220", f"server s1 = {server.address} check inter 50ms")
    proxy.wait_for_log(r'Server web/s1 is DOWN, reason: Layer7 invalid response, info: "TCPCHK did not match content '
                       r"'220' at step 2 comment: banner\", check duration: \d+ms\. 0 active")
    row = wait_for(admin, "web", "s1", check_status="L7RSP")
    assert (row["last_chk"], row["check_desc"]) == ("TCPCHK did not match content '220' at step 2 comment: banner",
                                                    "Layer7 invalid response")
    banner.answer = b"220 here\r\n"
    proxy.wait_for_log(r'Server web/s1 is UP, reason: Layer7 check passed, code: 0, info: "\(tcp-check\)", check duration')
    assert wait_for(admin, "web", "s1", status="UP", check_status="L7OK")["check_code"] == "0"


def test_a_dialog_goes_over_several_connections_and_bytes_come_one_by_one(serve, start):
    def slow(peer):
        peer.dribble(b"220 one\r\n")
        asked.append(peer.read(6))
        peer.dribble(b"250 two\r\n")
        peer.drain()
    asked = []
    first, second = serve(slow), serve(Mood(b"", reads=False))
    admin, _ = start("[listen web]", "bind = fd@?", "option tcp-check = yes", "tcp-check = connect",
                     "tcp-check = expect string 220", r"tcp-check = send NOOP\r\n", "tcp-check = expect string two",
                     f"tcp-check = connect port {second.port} linger",
                     f"server s1 = {first.address} check inter 200ms")
    wait_for(admin, "web", "s1", status="UP", check_status="L7OK")
    second.wait_for_peers(1)
    assert asked[0] == b"NOOP\r\n"


@pytest.mark.parametrize("script, status, info", [
    (None, "L4CON", "Connection refused at initial connection step of tcp-check"),
    (lambda peer: None, "L7RSP", "TCPCHK got an empty response at step 1"),
    (hold, "L7TOUT", " at step 1 of tcp-check (expect string '220')"),
    (lambda peer: peer.reset(), "SOCKERR", "Connection reset by peer at step 1 of tcp-check (expect string '220')"),
    (lambda peer: peer.send(b"x" * 100000), "L7RSP", "TCPCHK did not match content '220' at step 1"),
], ids=["refused", "closed", "silent", "reset", "endless"])
def test_a_server_that_fails_is_told_by_its_failure(script, status, info, serve, start):
    server = serve(script, listening=script is not None)
    admin, _ = start("[listen web]", "bind = fd@?", "option tcp-check = yes", "tcp-check = expect string 220",
                     f"server s1 = {server.address} check inter 500ms")
    assert wait_for(admin, "web", "s1", status="DOWN", check_status=status)["last_chk"] == info


def test_timeout_check_bounds_the_wait_for_an_answer(serve, start):
    admin, proxy = start("[listen web]", "bind = fd@?", "option redis-check = yes", "timeout check = 100ms",
                         f"server s1 = {serve(hold).address} check inter 1h")
    found = proxy.wait_for_log(r"Server web/s1 is DOWN, reason: Layer7 timeout, check duration: (\d+)ms\.")
    assert found
    wait_for(admin, "web", "s1", check_status="L7TOUT")


def test_an_http_check_asks_and_a_404_may_stop_a_server(serve, start, connect):
    mood = Mood(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    checks = serve(mood)
    admin, proxy = start("[listen web]", "bind = fd@?", "option httpchk = GET /health HTTP/1.1",
                         "http-check = send hdr Host www", "http-check = disable-on-404",
                         f"server s1 = {serve(SERVE).address} check inter 50ms port {checks.port}")
    wait_for(admin, "web", "s1", status="UP", check_status="L7OK", check_code="200")
    assert mood.asked[0] == b"GET /health HTTP/1.1\r\nHost: www\r\nConnection: close\r\n\r\n"
    client = connect(proxy)
    assert client.read(5) == b"hello"
    mood.answer = b"HTTP/1.1 404 Not Found\r\n\r\n"
    proxy.wait_for_log(r"Server web/s1 is stopping, reason: Layer7 check conditionally passed, code: 404, check duration")
    wait_for(admin, "web", "s1", status="NOLB", check_status="L7OKC", check_code="404")
    assert connect(proxy).read_all() == b""
    assert client.ending is None
    mood.answer = b"HTTP/1.1 503 Sorry\r\n\r\n"
    proxy.wait_for_log(r'Server web/s1 is DOWN, reason: Layer7 wrong status, code: 503, info: "Sorry", check duration')


def test_each_check_that_counts_is_logged_where_that_is_asked_for(serve, start):
    mood = Mood(b"HTTP/1.0 200 OK\r\n\r\n")
    _, proxy = start("[listen web]", "bind = fd@?", "option httpchk = yes", "option log-health-checks = yes",
                     f"server s1 = {serve(mood).address} check inter 50ms rise 2 fall 2")
    head = "^Health check for server web/s1 "
    passed = r"succeeded, reason: Layer7 check passed, code: 200, check duration: \d+ms, status: "
    failed = r'failed, reason: Layer7 wrong status, code: 503, info: "Sorry", check duration: \d+ms, status: '
    proxy.wait_for_log(head + passed + r"2/2 UP\.$")
    mood.answer = b"HTTP/1.0 503 Sorry\r\n\r\n"
    proxy.wait_for_log(head + failed + r"1/2 UP\.$")
    proxy.wait_for_log(head + failed + r"0/2 DOWN\.$")
    proxy.wait_for_log(r"^Server web/s1 is DOWN\. 0 active and 0 backup servers left\.")
    mood.answer = b"HTTP/1.0 200 OK\r\n\r\n"
    proxy.wait_for_log(head + passed + r"1/2 DOWN\.$")
    proxy.wait_for_log(head + passed + r"2/2 UP\.$", count=2)
    proxy.wait_for_log(r"^Server web/s1 is UP\. 1 active and 0 backup servers online\.")


def test_sessions_end_when_their_server_goes_down_and_those_of_backups_when_it_comes_up(serve, start, connect):
    mood = Mood(b"NO\r\n", reads=False)
    checks = serve(mood)
    admin, proxy = start("[listen web]", "bind = fd@?", "option tcplog = yes", "option tcp-check = yes",
                         "tcp-check = expect string OK",
                         f"server s1 = {serve(SERVE).address} check inter 50ms rise 1 fall 1 port {checks.port} "
                         "on-marked-down shutdown-sessions on-marked-up shutdown-backup-sessions",
                         f"server b1 = {serve(SERVE).address} backup")
    wait_for(admin, "web", "s1", status="DOWN")
    on_backup = connect(proxy)
    assert on_backup.read(5) == b"hello"
    mood.answer = b"OK\r\n"
    on_backup.read_all()
    assert on_backup.ending == "rst"
    wait_for(admin, "web", "s1", status="UP")
    on_server = connect(proxy)
    assert on_server.read(5) == b"hello"
    mood.answer = b"NO\r\n"
    on_server.read_all()
    assert on_server.ending == "rst"
    first, second = proxy.wait_for_sessions(2)
    assert (first.server, first.flags, second.server, second.flags) == ("b1", "U-", "s1", "D-")


@pytest.mark.parametrize("how, down", [("fail-check", False), ("sudden-death", False), ("mark-down", True),
                                       ("fastinter", False)])
def test_traffic_that_fails_counts_as_a_check(how, down, serve, start, connect):
    """The checks go to another port and are far apart; the first one passes."""
    checks, dead = serve(hold), serve(listening=False)
    admin, proxy = start("[listen web]", "bind = fd@?", "retries = 0",
                         f"server s1 = {dead.address} check port {checks.port} inter 1h rise 2 fall 3 observe layer4 "
                         f"error-limit 2 on-error {how}")
    wait_for(admin, "web", "s1", status="UP", check_health="4")
    for _ in range(2):
        connect(proxy).read_all()
    row = wait_for(admin, "web", "s1", hanafail="1")
    health = {"fail-check": "3", "sudden-death": "2", "mark-down": "0", "fastinter": "4"}[how]
    assert row["check_health"] == health
    assert row["status"].startswith("DOWN" if down else "UP")
    if down:
        proxy.wait_for_log(r'Server web/s1 is DOWN, reason: Health analyze, info: "Detected 2 consecutive errors, last one '
                           r'was: L4 unsuccessful connection"\. 0 active')


@pytest.fixture
def agent(serve, start):
    """A server with an agent: agent(line, weight, ...) -> (Admin, Proxy, Mood)."""
    def call(line, weight=10, more="", check="check inter 100ms"):
        mood = Mood(line, reads="agent-send" in more)
        asked = serve(mood)
        admin, proxy = start("[listen web]", "bind = fd@?",
                             f"server s1 = {serve(SERVE).address} {check} weight {weight} agent-check agent-port "
                             f"{asked.port} agent-inter 50ms {more}")
        return admin, proxy, mood
    return call


def test_an_agent_takes_a_server_down_and_up(agent):
    admin, proxy, mood = agent(b"down\n")
    proxy.wait_for_log(r'Server web/s1 is DOWN, reason: Layer7 wrong status, code: 0, info: "via agent : down", check')
    row = wait_for(admin, "web", "s1", status="DOWN (agent)", check_status="L4OK", agent_status="L7STS")
    assert (row["last_agt"], row["agent_health"], row["agent_desc"]) == ("via agent : down", "0", "Layer7 wrong status")
    mood.answer = b"up 50% # fine\n"
    proxy.wait_for_log(r'Server web/s1 is UP, reason: Layer7 check passed, code: 0, info: "via agent : up')
    assert wait_for(admin, "web", "s1", status="UP", agent_status="L7OK")["weight"] == "5"


@pytest.mark.parametrize("line, weight, status, shown", [
    (b"drain\n", 10, "DRAIN (agent)", "10"),
    (b"maint\n", 10, "MAINT", "10"),
    (b"75%\n", 10, "UP", "7"),
    (b"75%\n", 1, "UP", "1"),
    (b"0%\n", 1, "UP", "0"),
    (b"300%\n", 100, "UP", "256"),
], ids=["drain", "maint", "part", "part-of-one", "nothing", "most"])
def test_an_agent_gives_states_and_weights(line, weight, status, shown, agent):
    admin, _, _ = agent(line, weight)
    wait_for(admin, "web", "s1", status=status, weight=shown, agent_status="CHECKED")


def test_an_agent_sets_how_many_connections_the_server_takes(agent):
    admin, _, mood = agent(b"maxconn:7\n")
    wait_for(admin, "web", "s1", slim="7", agent_status="CHECKED")
    mood.answer = b"maxconn:9 up\n"
    assert wait_for(admin, "web", "s1", slim="9", agent_status="L7OK")["status"] == "UP"


def test_an_agent_ends_the_maintenance_that_it_began(agent):
    admin, _, mood = agent(b"maint\n")
    wait_for(admin, "web", "s1", status="MAINT")
    mood.answer = b"ready\n"
    wait_for(admin, "web", "s1", status="UP")


@pytest.mark.parametrize("line, status, info", [
    (b"what\n", "CHECKED", "agent reports an error : what"),
    (b"up", "L7TOUT", "Ignoring incomplete line from agent"),
    (b"", "L7RSP", "TCPCHK got an empty response at step 2"),
    (b"50%% up\n", "L7OK", "via agent : up (Trailing garbage in weight string)"),
    (b"maxconn:x up\n", "L7OK", "via agent : up (maxconn string empty or preceded by garbage)"),
    (b"up foo # fine\n", "L7OK", "via agent : up (foo)"),
])
def test_an_agent_that_makes_no_sense_changes_nothing(line, status, info, agent):
    admin, proxy, _ = agent(line)
    assert wait_for(admin, "web", "s1", agent_status=status, status="UP")["last_agt"] == info
    assert not any("DOWN" in line for line in proxy.log_lines())


def test_an_administrator_speaks_for_the_agent_and_moves_it(agent, serve):
    admin, proxy, mood = agent(b"up\n", more="agent-send hello\\n")
    wait_for(admin, "web", "s1", agent_status="L7OK", status="UP")
    assert mood.asked[0] == b"hello\n"
    assert re.search(r" 22 0 0 - \d+ - 0 0 - - \d+\n| 23 0 0 - \d+ - 0 0 - - \d+\n", admin.ask("show servers state web"))
    assert admin.ask("set server web/s1 agent what") == "'set server <srv> agent' expects 'up' or 'down'.\n\n"
    assert admin.ask("set server web/s1 agent-send other") == "\n"
    wait_until(lambda: b"other" in mood.asked, "the agent is sent something else")
    elsewhere = Mood(b"down\n")
    port = serve(elsewhere).port
    assert admin.ask("set server web/s1 agent-port 99999") == "provided port is invalid\n"
    assert admin.ask("set server web/s1 agent-addr nowhere") == "invalid addr 'nowhere'\n"
    assert admin.ask(f"set server web/s1 agent-addr 127.0.0.1 port {port}") == "\n"
    wait_for(admin, "web", "s1", status="DOWN (agent)")
    assert admin.ask("disable agent web/s1") == "\n"
    wait_for(admin, "web", "s1", status="UP", agent_status="")
    assert admin.ask("set server web/s1 agent down") == "agent checks are not enabled on this server.\n\n"
    assert admin.ask("enable agent web/s1") == "\n"
    wait_for(admin, "web", "s1", status="DOWN (agent)")


def test_an_administrator_moves_the_check(serve, start):
    server, other = serve(hold), serve(listening=False)
    admin, _ = start("[listen web]", "bind = fd@?", f"server s1 = {server.address} check inter 50ms")
    wait_for(admin, "web", "s1", status="UP")
    assert admin.ask(f"set server web/s1 check-port {other.port}") == "\n"
    wait_for(admin, "web", "s1", status="DOWN")
    assert f" {other.port} - - 0\n" in admin.ask("show servers state web")
    assert admin.ask(f"set server web/s1 check-addr 127.0.0.1 port {server.port}") == "\n"
    wait_for(admin, "web", "s1", status="UP")


def test_servers_follow_the_one_that_they_track(serve, start):
    server = serve(hold)
    admin, proxy = start("[listen web]", "bind = fd@?", f"server t1 = {serve(SERVE).address} track other/s1",
                         f"server t2 = {serve(SERVE).address} track t1",
                         "[backend other]", f"server s1 = {server.address} check inter 50ms rise 1 fall 1")
    assert [wait_for(admin, "web", name, status="UP")["tracked"] for name in ("t1", "t2")] == ["other/s1", "web/t1"]
    server.stop_listening()
    proxy.wait_for_log(r"^Server web/t1 is DOWN via other/s1\. 1 active and 0 backup servers left\. 0 sessions active")
    proxy.wait_for_log(r"^Server web/t2 is DOWN via web/t1\. 0 active and 0 backup servers left\. 0 sessions active")
    wait_for(admin, "web", "t2", status="DOWN", check_status="")
    server.listen()
    proxy.wait_for_log(r"^Server web/t2 is UP via web/t1\. 2 active and 0 backup servers online\.")
    admin.ask("set server other/s1 state maint")
    proxy.wait_for_log(r"^Server web/t1 is going DOWN for maintenance via other/s1\. 1 active")
    wait_for(admin, "web", "t1", status="MAINT (via other/s1)")
    wait_for(admin, "web", "t2", status="MAINT (via web/t1)")
    assert re.search(r"\b1 t1 127\.0\.0\.1 0 2 ", admin.ask("show servers state web"))
    admin.ask("set server other/s1 state ready")
    proxy.wait_for_log(r"^Server web/t1 is UP/READY \(leaving maintenance\)\.$")
    admin.ask("set server other/s1 state drain")
    proxy.wait_for_log(r"^Server web/t2 enters drain state via web/t1\. 0 active")
    wait_for(admin, "web", "t2", status="DRAIN")
    assert admin.ask("set server web/t1 health down") == "cannot change health on a tracking server.\n\n"


def test_a_reload_changes_how_servers_are_checked_and_whom_they_track(serve, start):
    good, bad = serve(Mood(b"+PONG\r\n")), serve(listening=False)
    lines = ["[listen web]", "bind = fd@?", f"server t1 = {serve(SERVE).address} track other/s1", "[backend other]"]
    servers = [f"server s1 = {good.address} check inter 50ms", f"server s2 = {bad.address} check inter 50ms"]
    admin, proxy = start(*lines, *servers)
    wait_for(admin, "other", "s1", status="UP", check_status="L4OK")
    proxy.reload("\n".join([*lines, "option redis-check = yes", *servers]))
    wait_for(admin, "other", "s1", status="UP", check_status="L7OK", last_chk="Redis server is ok")
    proxy.reload("\n".join(["[listen web]", "bind = fd@?", lines[2].replace("other/s1", "other/s2"), "[backend other]",
                            *servers]))
    wait_for(admin, "web", "t1", status="DOWN", tracked="other/s2")
    wait_for(admin, "other", "s1", status="UP", check_status="L4OK")
    proxy.reload("\n".join(["[listen web]", "bind = fd@?", lines[2].replace("track other/s1", ""), "[backend other]",
                            servers[0]]))
    wait_for(admin, "web", "t1", status="no check", tracked="")


def test_a_check_may_begin_with_a_proxy_header(serve, start):
    mood = Mood(b"")
    server = serve(mood)
    start("[listen web]", "bind = fd@?", f"server s1 = {server.address} check inter 50ms check-send-proxy")
    wait_until(lambda: mood.asked, "a check")
    assert re.fullmatch(rf"PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d+ {server.port}\r\n".encode(), mood.asked[0])


ALLOWED = ["external-check = yes", "insecure-fork-wanted = yes"]


@pytest.fixture
def program(tmp_path):
    """A program for checks: program(text) -> its path. It is what is run, whoever the user is."""
    def write(text):
        path = tmp_path / "check.sh"
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
        return path
    return write


def test_a_program_decides_by_its_end(serve, start, program, tmp_path):
    path = program(f'case $HAPROXY_SERVER_NAME in bad) exit 3;; sig) kill -9 $$;; slow) sleep 60;; esac\n'
                   f'echo "$1 $2 $3 $4" $HAPROXY_PROXY_NAME $SPLICED_SERVER_ID $PATH > {tmp_path}/said\n')
    server = serve(hold)
    names = ["good", "bad", "sig", "slow"]
    admin, proxy = start("[listen web]", "bind = fd@?", "option external-check = yes", f"external-check command = {path}",
                         "external-check path = /usr/bin:/bin",
                         *(f"server {name} = {server.address} check inter 2s" for name in names), global_lines=ALLOWED)
    wait_for(admin, "web", "good", status="UP", check_status="PROCOK", check_code="0")
    wait_for(admin, "web", "bad", status="DOWN", check_status="PROCERR", check_code="3")
    wait_for(admin, "web", "sig", status="DOWN", check_status="PROCERR", check_code="4294967295")
    wait_for(admin, "web", "slow", status="DOWN", check_status="PROCTOUT", check_desc="External check timeout")
    proxy.wait_for_log(r"Server web/sig is DOWN, reason: External check error, code: -1, check duration")
    assert (tmp_path / "said").read_text() == f"NOT_USED NOT_USED 127.0.0.1 {server.port} web 1 /usr/bin:/bin\n"


def test_a_program_that_is_not_there_is_an_error(serve, start):
    admin, _ = start("[listen web]", "bind = fd@?", "option external-check = yes", "external-check command = /nonexistent",
                     f"server s1 = {serve(hold).address} check inter 200ms", global_lines=ALLOWED)
    wait_for(admin, "web", "s1", status="DOWN", check_status="PROCERR", check_code="255")


def test_a_reload_cannot_allow_programs_and_says_so(serve, start, program):
    lines = ["[listen web]", "bind = fd@?", f"server s1 = {serve(hold).address} check inter 50ms"]
    admin, proxy = start(*lines)
    wait_for(admin, "web", "s1", check_status="L4OK")
    more = ["option external-check = yes", f"external-check command = {program('exit 1')}"]
    proxy.reload("\n".join([*lines, *more]), replaced_lines=[f"stats socket = {admin.where} level admin", *ALLOWED])
    proxy.wait_for_log("Health check for server web/s1 could not be made: the process was started without "
                       "'external-check = yes' in \\[global\\]")
    assert admin.row("web", "s1")["status"] == "UP"


def helper_of(proxy):
    """The process that runs the programs, a child of the proxy."""
    for folder in Path("/proc").glob("[0-9]*"):
        status = procfs.status(int(folder.name))
        if (status.get("Name"), status.get("PPid")) == ("spliced-checks", str(proxy.pid)):
            return int(folder.name)
    return None


def test_programs_run_on_after_an_upgrade_and_no_helper_stays_behind(serve, start, program):
    admin, proxy = start("[listen web]", "bind = fd@?", "option external-check = yes",
                         f"external-check command = {program('exit 0')}",
                         f"server s1 = {serve(hold).address} check inter 50ms", global_lines=ALLOWED)
    wait_for(admin, "web", "s1", check_status="PROCOK")
    helper = helper_of(proxy)
    assert helper
    proxy.upgrade()
    wait_for(admin, "web", "s1", status="UP", check_status="PROCOK")
    assert procfs.is_alive(helper)
    proxy.stop()
    wait_until(lambda: not procfs.is_alive(helper), "the helper is gone")
