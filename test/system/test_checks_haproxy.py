"""HAProxy and this program ask the same scripted servers; what their statistics say of them is the same."""

import socket

import pytest
from admin import Admin
from peer import hold
from waiting import wait_until

COLUMNS = ["status", "check_status", "check_code", "last_chk", "check_desc", "check_health", "agent_status", "agent_code",
           "last_agt", "agent_desc", "agent_health", "weight", "tracked", "chkdown"]
ASK = "check inter 1500ms fastinter 1500ms"


def says(data, reads=False, stays=True):
    def script(peer):
        if reads:
            peer.receive()
        if data:
            peer.send(data)
        if stays:
            peer.drain()
    return script


def resets(peer):
    peer.receive()
    peer.reset()


def http(head, body=b""):
    return says(b"HTTP/1.0 " + head + b"\r\n\r\n" + body, reads=True, stays=False)


# Name, script of the server (None refuses), lines of the backend
DIALOGS = [
    ("found", says(b"220 hi\r\n"), ["option tcp-check", "tcp-check expect string 220"]),
    ("no-rule", says(b"220 hi\r\n"), ["option tcp-check"]),
    ("connect-only", says(b"220 hi\r\n"), ["option tcp-check", "tcp-check connect"]),
    ("refused", None, ["option tcp-check", "tcp-check expect string 220"]),
    ("refused-written", None, ["option tcp-check", "tcp-check connect comment hello", "tcp-check expect string 220"]),
    ("plain-refused", None, []),
    ("other", says(b"500\r\n", stays=False), ["option tcp-check", "tcp-check comment banner", "tcp-check expect string 220"]),
    ("empty", says(b"", stays=False), ["option tcp-check", "tcp-check expect string 220"]),
    ("unwanted", says(b"500\r\n"), ["option tcp-check", "tcp-check expect ! string 500"]),
    ("binary", says(b"500\r\n", stays=False), ["option tcp-check", "tcp-check expect binary 414243"]),
    ("regex", says(b"500\r\n"), ["option tcp-check", r"tcp-check expect rstring ^5\d\d"]),
    ("no-regex", says(b"500\r\n", stays=False), ["option tcp-check", "tcp-check expect rstring ^2"]),
    ("hex-regex", says(b"ABC"), ["option tcp-check", "tcp-check expect rbinary ^4142"]),
    ("min-recv", says(b"500"), ["option tcp-check", "tcp-check expect min-recv 2 string 220"]),
    ("reset", resets, ["option tcp-check", "tcp-check send PING", "tcp-check expect string 220"]),
    ("chain", says(b"220 a 250 b"), ["option tcp-check", "tcp-check expect string 250", "tcp-check expect string 220"]),
    ("ok-status", says(b"220"), ["option tcp-check", "tcp-check expect ok-status L7OKC string 220"]),
    ("on-error", says(b"220", stays=False), ["option tcp-check",
                                             "tcp-check expect error-status L6RSP on-error sorry string 550"]),
    ("long", says(b"x" * 40000), ["option tcp-check", "tcp-check expect string 220"]),
    ("http", http(b"200 OK"), ["option httpchk"]),
    ("http-404", http(b"404 Not Found"), ["option httpchk GET /x"]),
    ("http-stop", http(b"404 Not Found"), ["option httpchk", "http-check disable-on-404"]),
    ("http-ranges", http(b"201 Made"), ["option httpchk", "http-check expect status 200-204,404"]),
    ("http-not", http(b"200 OK"), ["option httpchk", "http-check expect ! status 200"]),
    ("http-body", http(b"200 OK", b"hello"), ["option httpchk", "http-check expect string hello"]),
    ("http-no-body", http(b"200 OK", b"hello"), ["option httpchk", "http-check expect string bye"]),
    ("http-alien", says(b"SSH-2.0\r\n", reads=True, stays=False), ["option httpchk"]),
    ("redis", says(b"+PONG\r\n", reads=True), ["option redis-check"]),
    ("pgsql", says(b"R\0\0\0\x08\0\0\0\0", reads=True), ["option pgsql-check user haproxy"]),
    ("ldap", says(b"\x30\x0c\2\1\1\x61\7\x0a\1\x31\4\0\4\0", reads=True), ["option ldap-check"]),
    ("smtp-no", says(b"554 no\r\n"), ["option smtpchk"]),
]

AGENTS = [("up", b"up\n"), ("down", b"down # sorry\n"), ("fail", b"fail oh no\n"), ("drain", b"drain\n"), ("ready", b"ready\n"),
          ("part", b"75%\n"), ("part-up", b"up,50%\n"), ("junk", b"foo\n"), ("silent", b""),
          ("much", b"30000%\n"), ("garbage", b"50%% up\n")]


@pytest.fixture
def backends(serve):
    """The lines of each backend in HAProxy's form, and whoever answers."""
    sections = {}
    for name, script, lines in DIALOGS:
        server = serve(script, listening=script is not None)
        sections[name] = [*lines, f"server s1 {server.address} {ASK}"]
    web = serve(hold)
    for name, line in AGENTS:
        agent = serve(says(line, stays=False))
        sections[f"agent-{name}"] = [f"server s1 {web.address} {ASK} weight 10 agent-check agent-port {agent.port} "
                                     "agent-inter 1500ms"]
    sections["tracking"] = [f"server t1 {web.address} track refused/s1", f"server t2 {web.address} track t1"]
    return sections


def in_ini(line):
    words = line.split(" ", 2)
    if words[0] == "option":
        return f"option {words[1]} = {words[2] if len(words) > 2 else 'yes'}"
    if words[0] == "server":
        return f"server {words[1]} = {words[2]}"
    return f"{words[0]} = {line.split(' ', 1)[1]}"


def outcomes(admin):
    """Of each server what is compared, once every check and agent has answered and none is under way."""
    def settled():
        rows = [row for row in admin.rows() if row["svname"] not in ("FRONTEND", "BACKEND")]
        states = [row[name] for row in rows for name in ("check_status", "agent_status")]
        return rows if not any(state == "INI" or state.startswith("* ") for state in states) else None
    rows = wait_until(settled, "all servers are known", 20)
    return {(row["pxname"], row["svname"]): {name: row[name] for name in COLUMNS} for row in rows}


def test_haproxy_sees_the_same_servers_the_same_way(need, start, spliced, backends, short_folder, tmp_path):
    ours, theirs = short_folder / "ours.sock", short_folder / "theirs.sock"
    text = [f"global\n stats socket {theirs} level admin", "defaults\n mode tcp\n timeout connect 1s\n timeout server 5s"]
    text += [f"backend {name}\n " + "\n ".join(lines) for name, lines in backends.items()]
    (tmp_path / "haproxy.cfg").write_text("\n".join(text) + "\n")
    start(need("haproxy"), "-db", "-f", tmp_path / "haproxy.cfg")
    wait_until(lambda: answers(theirs), "HAProxy answers")
    sections = ["[frontend f]\nbind = fd@?"]
    sections += [f"[backend {name}]\n" + "\n".join(map(in_ini, lines)) for name, lines in backends.items()]
    spliced("\n".join(sections), global_lines=[f"stats socket = {ours} level admin"])
    expected = outcomes(Admin(theirs))
    found = outcomes(Admin(ours))
    assert set(found) == set(expected)
    different = {server: {name: (found[server][name], expected[server][name]) for name in COLUMNS
                          if found[server][name] != expected[server][name]} for server in expected}
    assert {server: columns for server, columns in different.items() if columns} == {}


def answers(path):
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
            return True
        except OSError:
            return False
