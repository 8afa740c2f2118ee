"""Servers with a limit: who waits, in which order, how long, and how that is seen. Where HAProxy 2.6 does the same, it
is asked as well."""

import subprocess
import threading
import time

import pytest
from admin import Admin
from peer import echo
from rival import Haproxy
from waiting import wait_until


@pytest.fixture
def start_one(request, spliced, short_folder, tmp_path, need):
    """Starts one of the two: start_one(which, lines, ...) -> what connects, logs, and answers as `.admin`. `lines` are
    HAProxy's, which an `=` after the keyword makes ours."""
    def start(which, keys, global_keys=()):
        path = short_folder / "admin.sock"
        if which == "haproxy":
            version = subprocess.run([need("haproxy"), "-v"], capture_output=True, text=True, check=True).stdout
            if " 2.6." not in version:
                pytest.skip("this HAProxy is not 2.6")
            lines = [key if value is None else f"{key} {value}" for key, value in keys]
            rival = Haproxy(need("haproxy"), tmp_path, lines, path, [f"{key} {value}" for key, value in global_keys])
            request.addfinalizer(rival.end)
            return rival
        ini = ["[listen web]", "bind = fd@?", *(f"{key} = {'yes' if value is None else value}" for key, value in keys)]
        proxy = spliced("\n".join(ini), global_lines=[f"stats socket = {path} level admin",
                                                      *(f"{key} = {value}" for key, value in global_keys)])
        proxy.admin = Admin(path)
        return proxy
    return start


BOTH = pytest.mark.parametrize("which", ["spliced", "haproxy"])


def server_keys(*servers, parameters="maxconn 1"):
    return [(f"server s{number}", f"{server.address} {parameters}") for number, server in enumerate(servers, 1)]


def occupy(connect, proxy):
    """A client that a server answers."""
    client = connect(proxy)
    client.send(b"x")
    assert client.read(1) == b"x"
    return client


def waiting(proxy, name="BACKEND"):
    return int(proxy.admin.row("web", name)["qcur"])


def line_up(connect, proxy, count, name="BACKEND"):
    """Clients that wait, in this order, each having said its number."""
    clients = []
    for number in range(count):
        before = waiting(proxy, name)
        clients.append(connect(proxy))
        clients[-1].send(str(number).encode())
        wait_until(lambda before=before: waiting(proxy, name) == before + 1, "one more waits")
    return clients


def leave(client):
    client.half_close()
    client.read_all()
    client.close()


@BOTH
def test_the_first_that_waits_is_the_first_that_is_served(start_one, serve, connect, which):
    server = serve(echo)
    proxy = start_one(which, [("timeout queue", "30s"), *server_keys(server)])
    first = occupy(connect, proxy)
    clients = line_up(connect, proxy, 3)
    assert len(server.peers) == 1
    row = proxy.admin.row("web", "s1")
    assert (row["scur"], row["slim"], row["qcur"], row["qlimit"]) == ("1", "1", "0", "")
    leave(first)
    for number, client in enumerate(clients):
        assert client.read(1) == str(number).encode()
        assert len(server.peers) == number + 2
        assert waiting(proxy) == 2 - number
        leave(client)
    sessions = sorted(proxy.wait_for_sessions(4), key=lambda session: session.bq)
    assert [(session.server, session.flags, session.sq, session.bq) for session in sessions] == \
        [("s1", "--", 0, number) for number in range(4)]
    assert all(session.tw >= 0 and session.tc >= 0 for session in sessions)
    row = proxy.admin.row("web", "BACKEND")
    assert (row["qcur"], row["qmax"], row["scur"], row["smax"], row["stot"]) == ("0", "3", "0", "4", "4")
    assert (proxy.admin.row("web", "s1")["stot"], row["lbtot"]) == ("4", "1")


@BOTH
def test_who_waits_too_long_gets_fin_and_nothing_else(start_one, serve, connect, which):
    server = serve(echo)
    proxy = start_one(which, [("timeout queue", "200ms"), *server_keys(server)])
    first = occupy(connect, proxy)
    client = connect(proxy)
    assert client.read_all() == b"" and client.ending == "fin"
    [session] = proxy.wait_for_sessions(1)
    assert (session.server, session.flags, session.tc, session.sq, session.bq) == ("<NOSRV>", "sQ", -1, 0, 1)
    assert session.tw >= 200 and int(session.tt) >= 200
    assert proxy.admin.row("web", "BACKEND")["econ"] == "1"
    assert waiting(proxy) == 0
    leave(first)
    assert len(server.peers) == 1


@BOTH
def test_timeout_connect_bounds_the_wait_where_no_other_is_given(start_one, serve, connect, which):
    proxy = start_one(which, [("timeout connect", "200ms"), *server_keys(serve(echo))])
    occupy(connect, proxy)
    assert connect(proxy).read_all() == b""
    assert proxy.wait_for_sessions(1)[0].flags == "sQ"


def test_who_waits_too_long_sees_the_page_where_there_is_one(start_one, serve, connect, tmp_path):
    (tmp_path / "503").write_bytes(b"sorry\n")
    proxy = start_one("spliced", [("timeout queue", "200ms"), ("errorfile 503", tmp_path / "503"),
                                  *server_keys(serve(echo))])
    occupy(connect, proxy)
    client = connect(proxy)
    assert client.read_all() == b"sorry\n"
    client.close()
    assert proxy.wait_for_sessions(1)[0].flags == "sQ"


LEAVING = {  # how a client leaves: abortonclose, data first, (ours, HAProxy's) end; None: it waits on and is served
    "fin": (False, False, (None, "CQ")),
    "fin after data": (False, True, (None, None)),
    "fin, abortonclose": (True, False, ("CQ", "CQ")),
    "fin after data, abortonclose": (True, True, ("CQ", "CQ")),
    "rst": (False, False, ("CQ", "CD")),
    "rst after data": (False, True, ("CQ", "CD")),
    "rst, abortonclose": (True, False, ("CQ", "CD")),
}


@BOTH
@pytest.mark.parametrize("how", LEAVING)
def test_a_client_that_leaves_frees_its_place(start_one, serve, connect, which, how):
    abortonclose, speaks, ends = LEAVING[how]
    end = ends[which == "haproxy"]
    server = serve(echo)
    option = [("option abortonclose", None)] if abortonclose else []
    proxy = start_one(which, [("timeout queue", "30s"), *option, *server_keys(server)])
    first = occupy(connect, proxy)
    client = connect(proxy)
    if speaks:
        client.send(b"data")
    wait_until(lambda: waiting(proxy) == 1, "it waits")
    if how.startswith("rst"):
        client.reset()
    else:
        client.half_close()
    if end:
        wait_until(lambda: waiting(proxy) == 0, "its place is free")
        [session] = proxy.wait_for_sessions(1)
        assert (session.server, session.flags, session.tc, session.bq) == ("<NOSRV>", end, -1, 1)
        leave(first)
        assert len(server.peers) == 1
        return
    other = connect(proxy)
    other.send(b"y")
    wait_until(lambda: waiting(proxy) == 2, "both wait")
    leave(first)
    assert client.read_all() == (b"data" if speaks else b"")
    assert other.read(1) == b"y"


def test_abortonclose_gives_up_an_attempt_as_well(spliced, unanswering, connect):
    server = unanswering()
    for option, flags in (("yes", "CC"), ("no", "sC")):
        proxy = spliced(f"[listen web]\nbind = fd@?\ntimeout connect = 300ms\nretries = 0\n"
                        f"option abortonclose = {option}\nserver s1 = {server.address}")
        connect(proxy).half_close()
        assert proxy.wait_for_sessions(1)[0].flags == flags


@BOTH
def test_without_a_usable_server_those_that_wait_wait_on_and_who_comes_does_not(start_one, serve, connect, which):
    server = serve(echo)
    proxy = start_one(which, [("timeout queue", "30s"), *server_keys(server)])
    first = occupy(connect, proxy)
    [client] = line_up(connect, proxy, 1)
    proxy.admin.ask("disable server web/s1")
    assert waiting(proxy) == 1
    assert connect(proxy).read_all() == b""
    assert proxy.wait_for_sessions(1)[0].flags == "SC"
    leave(first)
    assert waiting(proxy) == 1
    proxy.admin.ask("enable server web/s1")
    assert client.read(1) == b"0"


@BOTH
def test_only_the_first_backup_serves_and_has_a_queue_of_its_own(start_one, serve, connect, which):
    keys = [("timeout queue", "300ms"), ("server s1", f"{serve(echo, listening=False).address} disabled")]
    keys += [(f"server b{number}", f"{serve(echo).address} backup maxconn 1 maxqueue 1") for number in (1, 2)]
    proxy = start_one(which, keys)
    occupy(connect, proxy)
    client = connect(proxy)
    wait_until(lambda: waiting(proxy, "b1") == 1, "it waits for the backup")
    assert waiting(proxy) == 0
    assert connect(proxy).read_all() == b""  # one may wait, and one does
    assert client.read_all() == b""
    refused, late = proxy.wait_for_sessions(2)
    assert (refused.server, refused.flags, refused.tw, refused.tc, refused.sq) == ("b1", "SQ", -1, -1, 0)
    assert (late.server, late.flags, late.tc, late.sq, late.bq) == ("b1", "sQ", -1, 1, 0)
    row = proxy.admin.row("web", "b1")
    assert (row["qlimit"], row["qmax"], row["econ"], row["stot"]) == ("1", "1", "2", "1")
    assert proxy.admin.row("web", "b2")["stot"] == "0"


@BOTH
def test_who_waits_for_a_server_that_goes_is_requeued(start_one, serve, connect, which):
    keys = [("timeout queue", "30s"), ("server s1", f"{serve(echo, listening=False).address} disabled")]
    keys += [(f"server b{number}", f"{serve(echo).address} backup maxconn 1") for number in (1, 2)]
    proxy = start_one(which, keys)
    occupy(connect, proxy)
    clients = line_up(connect, proxy, 2, "b1")
    proxy.admin.ask("disable server web/b1")
    assert clients[0].read(1) == b"0"  # by the other backup
    wait_until(lambda: waiting(proxy, "b2") == 1, "the second waits there")
    lines = (proxy.log.read_text().splitlines() if which == "haproxy" else proxy.log_lines())
    assert any("Backup Server web/b1 is going DOWN for maintenance. 0 active and 1 backup servers left. Running on "
               "backup. 1 sessions active, 2 requeued, 0 remaining in queue." in line for line in lines), lines
    assert proxy.admin.row("web", "b1")["wredis"] == "2"


def test_a_server_that_comes_up_takes_from_the_queue_and_says_how_many(start_one, serve, connect):
    proxy = start_one("spliced", [("timeout queue", "30s"), *server_keys(serve(echo), serve(echo))])
    proxy.admin.ask("set server web/s2 health down")
    occupy(connect, proxy)
    clients = line_up(connect, proxy, 2)
    proxy.admin.ask("set server web/s2 health up")
    assert clients[0].read(1) == b"0"
    proxy.wait_for_log(r"Server web/s2 is UP, changed from CLI. 2 active and 0 backup servers online. 1 sessions "
                       r"requeued, 0 total in queue\.")


def test_a_limit_that_an_administrator_raises_serves_at_once(start_one, serve, connect):
    proxy = start_one("spliced", [("timeout queue", "30s"), *server_keys(serve(echo))])
    occupy(connect, proxy)
    clients = line_up(connect, proxy, 3)
    assert proxy.admin.ask("set maxconn server web/s1 3") == "\n"
    assert [client.read(1) for client in clients[:2]] == [b"0", b"1"]
    assert (waiting(proxy), proxy.admin.row("web", "s1")["slim"]) == (1, "3")
    assert proxy.admin.ask("set maxconn server web/s1 0") == "\n"
    assert clients[2].read(1) == b"2"
    assert proxy.admin.row("web", "s1")["slim"] == ""


@BOTH
def test_the_answers_of_set_maxconn_and_set_rate_limit(start_one, serve, which):
    ask = start_one(which, server_keys(serve(echo))).admin.ask
    assert ask("set maxconn server web/s1") == "Require <maxconn>.\n\n"
    assert ask("set maxconn server web/s1 x") == "maxconn string empty or preceded by garbage\n"
    assert ask("set maxconn server web/s1 3x") == "Trailing garbage in maxconn string\n"
    assert ask("set maxconn server web/none 3") == "No such server.\n\n"
    assert ask("set maxconn server web 3") == "Require 'backend/server'.\n\n"
    assert ask("set rate-limit connections global") == "Expects an integer value.\n\n"
    assert ask("set rate-limit connections global -1") == "Value out of range.\n\n"
    assert ask("set rate-limit").startswith("'set rate-limit' only supports :\n   - 'connections global' to set ")
    assert ask("set rate-limit sessions web 3").startswith("'set rate-limit' only supports :\n")
    assert ask("set rate-limit connections global 7") == ask("set rate-limit sessions global 8") == "\n"
    info = dict(line.split(": ", 1) for line in ask("show info").splitlines() if ": " in line)
    assert (info["ConnRateLimit"], info["SessRateLimit"]) == ("7", "8")


def test_the_limit_moves_with_the_load_of_the_backend(start_one, serve, connect):
    """HAProxy 2.6 grants a limit that has grown to newcomers only while nobody waits; here those that wait get it."""
    server = serve(echo)
    proxy = start_one("spliced", [("fullconn", "10"), ("timeout queue", "30s"),
                                  *server_keys(server, parameters="maxconn 5 minconn 1")])
    clients = []
    seen = []
    for number in range(1, 13):
        clients.append(connect(proxy))
        wait_until(lambda number=number: proxy.admin.row("web", "BACKEND")["scur"] == str(number), "it is counted")
        seen.append(int(proxy.admin.row("web", "s1")["scur"]))
    assert seen == [1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5]
    assert proxy.admin.row("web", "BACKEND")["slim"] == "10"


def test_fullconn_is_a_tenth_of_what_the_frontends_take(start_one, serve):
    proxy = start_one("spliced", [("maxconn", "95"), *server_keys(serve(echo))])
    assert proxy.admin.row("web", "BACKEND")["slim"] == "10"


def test_who_waits_is_seen_with_place_and_age(start_one, serve, connect):
    proxy = start_one("spliced", [("timeout queue", "30s"), *server_keys(serve(echo))])
    occupy(connect, proxy)
    clients = line_up(connect, proxy, 3)
    lines = [line for line in proxy.admin.ask("show sess").splitlines() if " qpos=" in line]
    found = {line.split(" src=")[1].split()[0]: line.split(" qpos=")[1] for line in lines}
    wanted = {client.local_address: f"{place} qage=0s" for place, client in enumerate(clients, 1)}
    assert {name: place.split()[0] for name, place in found.items()} == \
        {name: place.split()[0] for name, place in wanted.items()}
    assert all(" srv=<none> " in line and " scb=[2,0h,fd=-1] " in line for line in lines)
    whole = proxy.admin.ask("show sess all")
    assert "  state=queued," in whole and "  queue=<backend> position=2 age=" in whole


def test_a_session_that_is_shut_down_leaves_the_queue(start_one, serve, connect):
    proxy = start_one("spliced", [("timeout queue", "30s"), *server_keys(serve(echo))])
    first = occupy(connect, proxy)
    clients = line_up(connect, proxy, 3)
    by_place = {line.split(" qpos=")[1].split()[0]: line.split(":")[0]
                for line in proxy.admin.ask("show sess").splitlines() if " qpos=" in line}
    assert proxy.admin.ask(f"shutdown session {by_place['2']}") == "\n"
    assert clients[1].read_all() == b""
    [session] = proxy.wait_for_sessions(1)
    assert (session.flags, session.server, session.bq) == ("KQ", "<NOSRV>", 2)
    leave(first)
    assert clients[0].read(1) == b"0"
    leave(clients[0])
    assert clients[2].read(1) == b"2"


def test_retries_find_the_server_that_has_room_later(start_one, serve, connect):
    """One server is dead and has room, the other lives and has none: the session waits for the one that lives."""
    living = serve(echo)
    keys = [("balance", "roundrobin"), ("timeout queue", "30s"), ("server s1", f"{living.address} maxconn 1"),
            ("server s2", f"{serve(echo, listening=False).address} maxconn 5")]
    proxy = start_one("spliced", keys)
    first = occupy(connect, proxy)
    clients = line_up(connect, proxy, 2)
    leave(first)
    for number, client in enumerate(clients):
        assert client.read(1) == str(number).encode()
        leave(client)
    sessions = proxy.wait_for_sessions(3)
    assert [session.flags for session in sessions] == ["--"] * 3
    assert all(session.server == "s1" for session in sessions)


def test_a_page_and_metrics_show_the_queue(spliced, serve, connect, short_folder, run, need):
    path = short_folder / "admin.sock"
    proxy = spliced(f"[stats]\nbind = fd@?\n[listen web]\nbind = fd@?\ntimeout queue = 30s\n"
                    f"server s1 = {serve(echo).address} maxconn 1 maxqueue 9",
                    global_lines=[f"stats socket = {path} level admin"])
    proxy.admin = Admin(path)
    occupy(lambda to: connect(to, index=1), proxy)
    line_up(lambda to: connect(to, index=1), proxy, 2)
    text = run(need("curl"), "-s", f"http://{proxy.addresses[0]}/metrics").stdout
    for metric in ('haproxy_backend_current_queue{proxy="web"} 2', 'haproxy_backend_max_queue{proxy="web"} 2',
                   'haproxy_server_current_queue{proxy="web",server="s1"} 0',
                   'haproxy_server_queue_limit{proxy="web",server="s1"} 9',
                   'haproxy_server_limit_sessions{proxy="web",server="s1"} 1'):
        assert metric in text.splitlines()
    assert "haproxy_backend_queue_time_average_seconds" in text
    assert "haproxy_backend_max_queue_time_seconds" in text
    page = run(need("curl"), "-s", f"http://{proxy.addresses[0]}/").stdout
    assert "max 2" in page


class CountingServer:
    """Answers HTTP requests and knows how many it had at a time."""

    def __init__(self):
        self._lock = threading.Lock()
        self._now = 0
        self.peak = 0
        self.total = 0

    def __call__(self, peer):
        with self._lock:
            self._now += 1
            self.total += 1
            self.peak = max(self.peak, self._now)
        try:
            request = b""
            while not request.endswith(b"\r\n\r\n") and (data := peer.receive()):
                request += data
            time.sleep(0.002)  # work
            peer.send(b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n")
        finally:
            with self._lock:
                self._now -= 1


@pytest.mark.parametrize("algorithm", ["leastconn", "roundrobin", "first"])
def test_fifty_clients_share_four_places_without_a_failure(start_one, serve, need, run, algorithm):
    scripts = [CountingServer(), CountingServer()]
    proxy = start_one("spliced", [("balance", algorithm), ("timeout queue", "60s"),
                                  *server_keys(*(serve(script) for script in scripts), parameters="maxconn 2")])
    done = run(need("ab"), "-n", "600", "-c", "50", "-s", "60", f"http://{proxy.address}/", deadline=60)
    assert "Failed requests:        0" in done.stdout and "Complete requests:      600" in done.stdout, done.stderr
    assert all(script.peak <= 2 for script in scripts), [script.peak for script in scripts]
    assert sum(script.total for script in scripts) >= 600
    row = wait_until(lambda: (row := proxy.admin.row("web", "BACKEND"))["scur"] == "0" and row, "all are over")
    assert int(row["qmax"]) >= 40 and row["qcur"] == "0" and row["econ"] == "0"
    assert all(proxy.admin.row("web", name)["smax"] == "2" for name in ("s1", "s2"))
