"""Those that wait survive a reload: they keep their age, and get what the new configuration grants."""

import pytest
from admin import Admin
from peer import echo
from waiting import wait_until


@pytest.fixture
def web(spliced, short_folder):
    """Starts a proxy with one section: web(lines...) -> Proxy with `.admin`."""
    def start(*lines):
        path = short_folder / "admin.sock"
        proxy = spliced(section(*lines), global_lines=[f"stats socket = {path} level admin"])
        proxy.admin = Admin(path)
        return proxy
    return start


def section(*lines, name="web"):
    return "\n".join([f"[listen {name}]", "bind = fd@?", "timeout queue = 30s", *lines])


def waiting(proxy):
    return int(proxy.admin.row("web", "BACKEND")["qcur"])


def occupy(connect, proxy):
    client = connect(proxy)
    client.send(b"x")
    assert client.read(1) == b"x"
    return client


def line_up(connect, proxy, count):
    clients = []
    for number in range(count):
        clients.append(connect(proxy))
        clients[-1].send(str(number).encode())
        wait_until(lambda number=number: waiting(proxy) == number + 1, "it waits")
    return clients


def test_a_reload_that_changes_nothing_lets_them_wait_in_their_order(web, serve, connect):
    lines = [f"server s1 = {serve(echo).address} maxconn 1"]
    proxy = web(*lines)
    first = occupy(connect, proxy)
    clients = line_up(connect, proxy, 3)
    proxy.reload(section(*lines))
    row = proxy.admin.row("web", "BACKEND")
    assert (row["qcur"], row["qmax"], row["scur"]) == ("3", "3", "4")
    first.close()
    for number, client in enumerate(clients):
        assert client.read(1) == str(number).encode()
        client.close()


def test_a_raised_maxconn_serves_them_at_once(web, serve, connect):
    server = serve(echo)
    proxy = web(f"server s1 = {server.address} maxconn 1")
    occupy(connect, proxy)
    clients = line_up(connect, proxy, 3)
    proxy.reload(section(f"server s1 = {server.address} maxconn 3"))
    assert [client.read(1) for client in clients[:2]] == [b"0", b"1"]
    assert waiting(proxy) == 1
    proxy.reload(section(f"server s1 = {server.address}"))
    assert clients[2].read(1) == b"2"


def test_a_new_server_takes_from_the_queue(web, serve, connect):
    one, two = serve(echo), serve(echo)
    proxy = web(f"server s1 = {one.address} maxconn 1")
    occupy(connect, proxy)
    clients = line_up(connect, proxy, 2)
    proxy.reload(section(f"server s1 = {one.address} maxconn 1", f"server s2 = {two.address} maxconn 1"))
    assert clients[0].read(1) == b"0"
    two.wait_for_peers(1)
    assert waiting(proxy) == 1


def test_a_server_that_is_removed_serves_nobody_from_the_queue_any_more(web, serve, connect):
    one, two = serve(echo), serve(echo)
    proxy = web(f"server s1 = {one.address} maxconn 1", f"server s2 = {two.address} maxconn 1", "balance = roundrobin")
    held = [occupy(connect, proxy) for _ in range(2)]
    clients = line_up(connect, proxy, 2)
    proxy.reload(section(f"server s1 = {one.address} maxconn 1", "balance = roundrobin"))
    held[1].close()  # of the server that is gone
    proxy.wait_for_sessions(1)
    assert waiting(proxy) == 2
    held[0].close()
    assert clients[0].read(1) == b"0"
    assert len(two.peers) == 1


def test_those_of_a_backend_that_is_removed_are_still_served_by_it(web, serve, connect):
    server = serve(echo)
    proxy = web(f"server s1 = {server.address} maxconn 1")
    first = occupy(connect, proxy)
    clients = line_up(connect, proxy, 2)
    proxy.reload(section(f"server s1 = {server.address}", name="other"))
    first.close()
    for number, client in enumerate(clients):
        assert client.read(1) == str(number).encode()
        client.close()
    assert [session.backend for session in proxy.wait_for_sessions(3)] == ["web"] * 3


def test_a_limit_of_an_administrator_survives_a_reload_that_does_not_touch_it(web, serve):
    server = serve(echo)
    lines = [f"server s1 = {server.address} maxconn 1"]
    proxy = web(*lines)
    proxy.admin.ask("set maxconn server web/s1 7")
    proxy.admin.ask("set rate-limit connections global 9")
    proxy.reload(section(*lines, "retries = 1"))
    assert proxy.admin.row("web", "s1")["slim"] == "7"
    assert proxy.admin.info()["ConnRateLimit"] == "9"
    proxy.reload(section(f"server s1 = {server.address} maxconn 2"))
    assert proxy.admin.row("web", "s1")["slim"] == "2"
