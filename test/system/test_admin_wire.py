"""The statistics socket on the wire: lines, prompt, levels, limits; and clients that mean no good.

What is expected was recorded from HAProxy 2.6.12 with the same dialogues.
"""

import socket
import time
from pathlib import Path

import pytest
from admin import Admin, read_all, read_until
from waiting import wait_until

VERSION = "0.1.0\n"


@pytest.fixture
def talk(spliced, serve, short_folder):
    """Starts a proxy with a statistics socket: talk(level, global lines...) -> (Admin, Proxy)."""
    def start(level="admin", *lines, section=""):
        path = short_folder / f"{level}.sock"
        proxy = spliced(f"[listen web]\nbind = fd@?\n{section}\nserver s1 = {serve().address}\n",
                        global_lines=[f"stats socket = {path} mode 600 level {level}", *lines])
        return Admin(path), proxy
    return start


@pytest.mark.parametrize("sent, answer", [
    (b"show version\n", VERSION + "\n"),
    (b"show version\r\n", VERSION + "\n"),
    (b" show\t version \n", VERSION + "\n"),
    (b"show version;show version\n", (VERSION + "\n") * 2),
    (b"show version ; show version\n", (VERSION + "\n") * 2),
    (b"show version\nshow version\n", (VERSION + "\n") * 2),
    (b"show version;quit;show version\n", VERSION + "\n"),
    (b"quit\n", ""),
    (b"show env NO\\ SUCH\n", "Variable not found\n\n"),
    (b"user;show cli level\n", "\nuser\n\n"),
    (b"show cli level;user;disable server web/s1\n", "admin\n\n\nPermission denied\n\n"),
    (b"set severity-output number;disable server x/y;show version;disable server\n",
     f"\n[3]: No such backend.\n\n[6]: {VERSION}\n[3]: Require 'backend/server'.\n\n"),
    (b"set severity-output string;disable server x/y\n", "\n[err]: No such backend.\n\n"),
])
def test_one_line_is_answered_and_the_connection_ends(talk, sent, answer):
    admin, _ = talk()
    with admin.connect() as client:
        client.sendall(sent)
        assert read_all(client) == answer


def test_a_client_that_has_shut_its_side_is_answered_all_the_same(talk):
    admin, _ = talk()
    with admin.connect() as client:
        client.sendall(b"show version\n")
        client.shutdown(socket.SHUT_WR)
        assert read_all(client) == VERSION + "\n"


def test_a_line_without_its_end_is_no_command(talk):
    admin, _ = talk()
    with admin.connect() as client:
        client.sendall(b"show version")
        client.shutdown(socket.SHUT_WR)
        assert read_all(client) == ""


def test_with_a_prompt_the_dialogue_goes_on_until_quit(talk):
    admin, _ = talk()
    with admin.connect() as client:
        for sent, answer in [("prompt", "\n> "), ("show version", VERSION + "\n> "),
                             ("disable server x/y;show version", f"No such backend.\n\n> {VERSION}\n> "),
                             ("disable frontend", "A frontend name is expected.\n\n> ")]:
            client.sendall(sent.encode() + b"\n")
            got = ""
            while len(got) < len(answer):
                got += read_until(client, "> ")
            assert got == answer
        client.sendall(b"quit\n")
        assert read_all(client) == ""


def test_prompt_a_second_time_ends_the_dialogue(talk):
    admin, _ = talk()
    with admin.connect() as client:
        client.sendall(b"prompt\n")
        assert read_until(client, "> ") == "\n> "
        client.sendall(b"prompt\n")
        assert read_all(client) == "\n"


def test_a_silent_client_is_let_go_after_the_timeout(talk):
    admin, _ = talk("admin", "stats timeout = 200ms")
    with admin.connect() as client:
        assert read_all(client) == ""


def test_set_timeout_cli_holds_for_one_client(talk):
    admin, _ = talk()
    with admin.connect() as client:
        start = time.monotonic()
        client.sendall(b"prompt;set timeout cli 200ms\n")
        assert read_all(client) == "\n> \n> "
        assert time.monotonic() - start < 9  # not the ten seconds of before


def test_a_line_that_is_too_long_ends_the_connection(talk):
    admin, _ = talk()
    with admin.connect() as client:
        with pytest.raises(OSError):
            client.sendall(b"x" * 100_000)
            assert read_all(client) == ""
            raise OSError("closed")
    assert admin.ask("show version") == VERSION + "\n"


@pytest.mark.parametrize("level, allowed, refused", [
    ("user", ["show stat", "show info", "show servers state", "get weight web/s1", "set timeout cli 5", "show cli level"],
     ["show sess", "show env", "show errors", "show fd", "show config", "clear counters", "disable server web/s1",
      "operator", "reload"]),
    ("operator", ["show sess", "show env", "show errors", "show fd", "clear counters", "show config"],
     ["clear counters all", "disable server web/s1", "enable server web/s1", "set server web/s1 state ready",
      "set weight web/s1 1", "disable health web/s1", "disable frontend web", "shutdown frontend web",
      "shutdown session 0x1", "shutdown sessions server web/s1", "set maxconn frontend web 5",
      "set maxconn global 5", "reload"]),
])
def test_a_level_bounds_what_its_clients_may_do(talk, level, allowed, refused):
    admin, _ = talk(level)
    for command in allowed:
        assert admin.ask(command) != "Permission denied\n\n", command
    for command in refused:
        assert admin.ask(command) == "Permission denied\n\n", command


def test_the_default_level_is_operator(spliced, serve, short_folder):
    path = short_folder / "a.sock"
    spliced(f"[listen web]\nbind = fd@?\nserver s1 = {serve().address}\n", global_lines=[f"stats socket = {path}"])
    assert Admin(path).ask("show cli level") == "operator\n\n"


def test_a_tcp_socket_serves_as_well(spliced, serve):
    proxy = spliced("[global]\nstats socket = fd@? level admin\n"
                    f"[listen web]\nbind = fd@?\nserver s1 = {serve().address}\n")
    assert Admin(proxy.addresses[0]).ask("show cli level") == "admin\n\n"


def test_further_clients_wait_until_one_leaves(talk):
    admin, _ = talk("admin", "stats maxconn = 2")
    with admin.connect() as first, admin.connect() as second, admin.connect() as third:
        for client in (first, second):
            client.sendall(b"prompt\n")
            assert read_until(client, "> ") == "\n> "
        third.sendall(b"show version\n")
        third.settimeout(0.3)
        with pytest.raises(TimeoutError):
            third.recv(100)
        third.settimeout(10)
        first.sendall(b"quit\n")
        assert read_all(third) == VERSION + "\n"


def test_clients_that_never_read_and_clients_that_flood_harm_nobody(talk, connect):
    admin, proxy = talk("admin", "stats maxconn = 6")
    stuck, flooding = admin.connect(), admin.connect()
    with stuck, flooding:
        for client in (stuck, flooding):
            client.setblocking(False)
        for _ in range(200):  # more than the buffers of the kernel hold
            for client in (stuck, flooding):
                try:
                    client.send(b"prompt\n" + b"show stat;show info\n" * 100)
                except BlockingIOError:
                    pass
        peer = connect(proxy)
        peer.send(b"hello")
        assert peer.read(5) == b"hello"
        assert admin.ask("show version") == VERSION + "\n"
        before = int(admin.info()["PoolUsed_bytes"])
        time.sleep(0.2)
        assert int(admin.info()["PoolUsed_bytes"]) < before + 5_000_000  # one answer each, not all of them


def test_it_answers_when_the_connection_limit_is_reached(talk, connect):
    admin, proxy = talk("admin", "maxconn = 2")
    clients = [connect(proxy) for _ in range(4)]
    wait_until(lambda: admin.info()["CurrConns"] == "2", "the limit is reached")
    assert admin.row("web", "FRONTEND")["scur"] == "2"
    assert len(clients) == 4


def test_a_successor_takes_the_path_over(talk, spliced, serve, short_folder):
    admin, first = talk()
    second = spliced(f"[listen web]\nbind = fd@?\nserver s1 = {serve().address}\n",
                     global_lines=[f"stats socket = {admin.where} level admin"])
    assert admin.info()["Pid"] == str(second.pid)
    first.stop()
    assert admin.info()["Pid"] == str(second.pid)
    assert [path.name for path in short_folder.iterdir()] == ["admin.sock"]


def test_a_path_that_is_a_file_is_left_alone(run, binary, short_folder):
    (short_folder / "x.sock").write_text("precious")
    (short_folder / "a.ini").write_text(f"[global]\nstats socket = {short_folder}/x.sock\n"
                                        f"[listen a]\nbind = unix@{short_folder}/b.sock\nserver s = 127.0.0.1:1\n")
    ended = run(binary, "-f", short_folder / "a.ini")
    assert ended.returncode == 1
    assert f"a.ini:2: stats socket: cannot listen on {short_folder}/x.sock: it exists and is not a socket" in ended.stderr
    assert (short_folder / "x.sock").read_text() == "precious"


def test_the_rights_of_the_path_are_those_of_the_configuration(talk):
    admin, _ = talk()

    assert Path(admin.where).stat().st_mode & 0o777 == 0o600
