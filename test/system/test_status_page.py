"""The status page over HTTP: what it shows, what it refuses, and that nobody can hold it up."""

import csv
import json
import signal
import socket

import procfs
import pytest
from page import STATS, get, rows
from ports import free_ports
from waiting import wait_until

WEB = """
[listen web]
description = a <b>bold</b> & "quoted" name
bind = fd@?
server s1 = {server} check inter 200ms
server s2 = 127.0.0.1:1 check inter 200ms
server s3 = 127.0.0.1:2 disabled
"""


@pytest.fixture
def site(spliced, serve):
    """A proxy with a page: site(lines for [stats], sections) -> Proxy; `proxy.page` is the page's address."""
    def start(lines="", sections=None, **options):
        proxy = spliced((sections or WEB.format(server=serve().address)) + STATS + lines, **options)
        proxy.page = proxy.addresses[-1]
        return proxy
    return start


def held_by(proxy):
    """The connections that clients of the page have and the proxy has accepted."""
    return procfs.accepted_sockets(proxy.pid, int(proxy.page.rpartition(":")[2]))


def silent(proxy):
    host, _, port = proxy.page.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=40)


def test_shows_frontends_servers_and_states(site):
    proxy = site()
    wait_until(lambda: "DOWN" in rows(proxy.page)[("web", "s2")]["status"], "s2 is seen to be down")
    wait_until(lambda: rows(proxy.page)[("web", "s1")]["status"] == "UP", "s1 is up")
    status, headers, text = get(proxy.page)
    assert status == 200 and headers["content-type"] == "text/html; charset=utf-8"
    for part in ("<h2>web</h2>", ">s1 <", ">s2 <", ">s3 <", ">UP</span>", ">DOWN</span>", ">MAINT</span>",
                 "1 of 3 servers is down, 1 in maintenance", "Connection refused"):
        assert part in text, part


def test_what_names_hold_is_never_markup(site):
    text = get(site(global_lines=["description = <script>alert(1)</script>"]).page)[2]
    assert "a &lt;b&gt;bold&lt;/b&gt; &amp; &quot;quoted&quot; name" in text
    assert "<b>bold" not in text and "<script>alert" not in text


def test_everything_comes_from_the_proxy_itself(site):
    proxy = site()
    text = get(proxy.page)[2]
    for path, kind in (("/status.css", "text/css"), ("/status.js", "text/javascript")):
        assert f'"{path}"' in text
        status, headers, content = get(proxy.page, path)
        assert status == 200 and headers["content-type"].startswith(kind) and len(content) > 500
        text += content
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "") and "https://" not in text
    assert "style=" not in text and "onclick" not in text


def test_each_answer_has_the_headers_that_protect_it(site):
    proxy = site()
    for path in ("/", "/metrics", "/;csv", "/stats.json", "/healthz", "/status.js", "/nothing"):
        headers = get(proxy.page, path)[1]
        assert headers["x-content-type-options"] == "nosniff" and headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]


def test_figures_are_the_same_in_all_forms(site, connect):
    proxy = site()
    with connect(proxy) as client:
        client.send(b"x" * 1000)
        assert client.read(1000) == b"x" * 1000
        running = rows(proxy.page)[("web", "FRONTEND")]
        assert running["scur"] == 1 and running["stot"] == 1
    wait_until(lambda: rows(proxy.page)[("web", "FRONTEND")]["scur"] == 0, "the session is over")
    row = rows(proxy.page)[("web", "s1")]
    assert (row["bin"], row["bout"], row["stot"], row["lbtot"]) == (1000, 1000, 1, 1)
    table = get(proxy.page, "/;csv")[2].lstrip("# ").splitlines()
    line = next(each for each in csv.DictReader(table) if (each["pxname"], each["svname"]) == ("web", "s1"))
    assert (line["bin"], line["bout"], line["stot"]) == ("1000", "1000", "1")
    assert get(proxy.page, "/haproxy?stats;csv")[2].startswith("# pxname,svname,")
    assert json.loads(get(proxy.page, "/;json")[2])[0][0]["field"]["name"] == "pxname"
    assert json.loads(get(proxy.page, "/stats.json")[2])["process"]["Name"] == "spliced"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_only_get_and_head(site, method):
    proxy = site()
    status, headers, _ = get(proxy.page, method=method)
    assert status == 405 and headers["allow"] == "GET, HEAD"
    assert get(proxy.page, "/healthz")[2] == "ok\n"


def test_head_tells_the_length_and_sends_nothing(site):
    status, headers, body = get(site().page, "/metrics", method="HEAD")
    assert status == 200 and int(headers["content-length"]) > 1000 and body == ""


def test_a_body_and_a_long_head_are_refused(site):
    proxy = site()
    assert get(proxy.page, method="POST", body="x" * 100)[0] == 413
    with silent(proxy) as client:
        client.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 20000)
        try:
            answer = client.recv(100)
        except ConnectionResetError:
            answer = b""
        assert answer == b"" or b" 400 " in answer, answer
    assert get(proxy.page, "/healthz")[0] == 200


def test_an_unknown_path_names_the_known_ones(site):
    status, _, text = get(site().page, "/nothing")
    assert status == 404 and "/metrics" in text


def test_clients_that_never_speak_are_counted(site, connect):
    proxy = site("maxconn = 3\n")
    clients = [silent(proxy) for _ in range(10)]
    try:
        wait_until(lambda: len(held_by(proxy)) == 3, "three are accepted")
        for _ in range(3):  # turns of the loop, in which a fourth would have been
            with connect(proxy) as client:
                client.send(b"turn")
                assert client.read(4) == b"turn"
        assert len(held_by(proxy)) == 3
        for client in clients[:8]:
            client.close()
        assert get(proxy.page, "/healthz")[2] == "ok\n"
    finally:
        for client in clients:
            client.close()


def test_slow_clients_lose_their_places(site):
    proxy = site("maxconn = 2\n")
    with silent(proxy) as mute, silent(proxy) as slow:
        wait_until(lambda: len(held_by(proxy)) == 2, "both are accepted")
        slow.settimeout(0.2)
        host, _, port = proxy.page.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=40) as waiting:
            waiting.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            waiting.settimeout(0.2)

            def answered():
                try:
                    slow.sendall(b"G")  # a byte now and then, without end
                except OSError:
                    pass
                try:
                    return waiting.recv(4096)
                except TimeoutError:
                    return None
            assert b"200 OK" in wait_until(answered, "an answer after the others have lost their places", 60)
        mute.settimeout(20)
        assert mute.recv(100) == b""


def test_soft_stop_gives_the_port_away(site, connect):
    proxy = site()
    with connect(proxy) as client:
        client.send(b"x")
        assert client.read(1) == b"x"
        proxy.send_signal(signal.SIGUSR1)

        def refused():
            try:
                silent(proxy).close()
            except ConnectionRefusedError:
                return True
            except ConnectionResetError:
                return False  # it was being closed in the middle of the handshake
            return False
        wait_until(refused, "the page's port is free")
    assert proxy.wait_for_exit() == 0


def test_the_page_goes_over_to_a_new_process(spliced, serve):
    page = f"127.0.0.1:{free_ports(1)}"
    proxy = spliced(WEB.format(server=serve().address) + f"[stats]\nbind = :{page.rpartition(':')[2]}\n")
    assert json.loads(get(page, "/stats.json")[2])["process"]["Pid"] == proxy.pid
    old = proxy.upgrade()
    assert old.wait() == 0
    assert json.loads(get(page, "/stats.json")[2])["process"]["Pid"] == proxy.pid != old.pid


def test_a_reload_changes_the_page(site):
    proxy = site("refresh = 7s\n")
    assert 'data-refresh="7000"' in get(proxy.page)[2]
    proxy.reload("[listen other]\nbind = fd@?\nserver s = 127.0.0.1:9\n" + STATS + "refresh = 3s\n")
    text = get(proxy.page)[2]
    assert 'data-refresh="3000"' in text and "<h2>other</h2>" in text and "<h2>web</h2>" not in text
    assert 'spliced_reloads_total{result="ok"} 1' in get(proxy.page, "/metrics")[2]


def test_the_graphs_begin_to_move(site):
    proxy = site()
    wait_until(lambda: 'polyline points="11' in get(proxy.page)[2], "a first sample", 30)


def test_an_address_that_is_taken_ends_the_start(binary, run, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ini = tmp_path / "taken.ini"
        ini.write_text(f"[stats]\nbind = :{port}\n[listen a]\nbind = abns@spliced-test-{port}\nserver s = 127.0.0.1:9\n")
        ended = run(binary, "-f", ini)
    assert ended.returncode == 1
    assert f"taken.ini:2: status page: cannot listen on 127.0.0.1:{port}" in ended.stderr
