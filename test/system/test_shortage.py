"""Out of descriptors or at a limit: the process waits without spinning, serves whom it can, and recovers."""

import re
import resource
import threading
import time

import procfs
import pytest
from peer import Behaviour, Task, hold
from waiting import settled, wait_until


def cpu_share(pid, seconds):
    """The part of one processor that the process uses over the next `seconds`."""
    before, start = procfs.cpu_seconds(pid), time.monotonic()
    time.sleep(seconds)
    return (procfs.cpu_seconds(pid) - before) / (time.monotonic() - start)


def warnings(proxy):
    return [line for line in proxy.stderr().splitlines() if line.startswith("[WARNING]")]


def test_200_clients_at_128_descriptors_starve_quietly_and_are_all_served(serve, spliced, connect):
    release = threading.Event()

    def answer_later(peer):
        line = peer.read(5)
        release.wait(20)
        peer.send(line)

    server = serve(answer_later)
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {server.address}", prefix=["prlimit", "--nofile=128"])
    clients = [connect(proxy) for _ in range(200)]
    for client in clients:
        client.send(b"hello")
    served = settled(lambda: len(server.peers))
    assert 20 <= served <= 64
    assert cpu_share(proxy.pid, 2) < 0.1
    release.set()
    heard = []
    for client in clients:
        heard.append(client.read_all())
        client.close()
    assert heard == [b"hello"] * 200
    assert len(proxy.wait_for_sessions(200)) == 200


def test_checks_still_see_a_server_die_while_clients_use_up_the_limit(serve, spliced, connect):
    server, other = serve(hold), serve()
    proxy = spliced(f"""
        [frontend front]
        bind = fd@?
        default_backend = used
        [backend used]
        server s1 = {server.address}
        [backend watched]
        server s2 = {other.address} check inter 100ms fall 1
    """, prefix=["prlimit", "--nofile=100"])
    for _ in range(150):
        connect(proxy)
    settled(lambda: len(server.peers))
    other.stop_listening()
    proxy.wait_for_log("Server watched/s2 is DOWN, reason: Layer4 connection problem, info: \"Connection refused\"")
    other.listen()
    proxy.wait_for_log("Server watched/s2 is UP")


def test_emfile_at_accept_pauses_the_listener_and_warns_once_a_second(serve, spliced, connect):
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {serve(Behaviour(read='end', echo=True)).address}")
    limits = resource.prlimit(proxy.pid, resource.RLIMIT_NOFILE)
    before = len(warnings(proxy))
    resource.prlimit(proxy.pid, resource.RLIMIT_NOFILE, (procfs.lowest_free_descriptor(proxy.pid), limits[1]))
    start = time.monotonic()
    clients = [connect(proxy) for _ in range(20)]
    for client in clients:
        client.send(b"hello")
        client.half_close()
    wait_until(lambda: len(warnings(proxy)) > before, "a warning")
    assert cpu_share(proxy.pid, 2.5) < 0.1
    said, elapsed = len(warnings(proxy)) - before, time.monotonic() - start
    assert 1 <= said <= elapsed + 1
    resource.prlimit(proxy.pid, resource.RLIMIT_NOFILE, limits)
    assert [client.read_all() for client in clients] == [b"hello"] * 20


def test_emfile_at_the_backend_socket_is_a_local_shortage(serve, spliced, connect):
    """The last descriptor goes to the client, whose session ends with R; after the shortage the next is served."""
    proxy = spliced(f"[listen relay]\nbind = fd@?\nretries = 0\nserver s1 = {serve(hold).address}")
    limits = resource.prlimit(proxy.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(proxy.pid, resource.RLIMIT_NOFILE, (procfs.lowest_free_descriptor(proxy.pid) + 1, limits[1]))
    client = connect(proxy)
    assert client.read_all() == b""
    client.close()
    assert proxy.wait_for_sessions()[0].flags == "RC"
    resource.prlimit(proxy.pid, resource.RLIMIT_NOFILE, limits)
    client = connect(proxy)
    client.half_close()
    assert (client.read_all(), client.ending) == (b"", "fin")
    assert proxy.wait_for_sessions(2)[1].flags == "--"


LIMITS = {
    "global": dict(global_lines=["maxconn = 5"], front="", bind=""),
    "frontend": dict(global_lines=[], front="maxconn = 5", bind=""),
    "bind": dict(global_lines=[], front="", bind="maxconn 5"),
    "argument": dict(global_lines=[], front="", bind="", arguments=["-n", "5"]),
}


@pytest.mark.parametrize("where", LIMITS)
def test_clients_above_maxconn_wait_in_the_backlog(serve, spliced, connect, where):
    limit = dict(LIMITS[where])
    server = serve(Behaviour(greeting=b"hi", read="end"))
    proxy = spliced(f"""
        [listen relay]
        bind = fd@? {limit.pop("bind")}
        server s1 = {server.address}
        {limit.pop("front")}
    """, **limit)
    clients = [connect(proxy) for _ in range(12)]
    server.wait_for_peers(5)
    assert settled(lambda: len(server.peers), 0.3) == 5
    assert cpu_share(proxy.pid, 0.5) < 0.2
    for number, client in enumerate(clients):
        assert client.read(2) == b"hi"
        client.half_close()
        client.read_all()
        server.wait_for_peers(min(12, 6 + number))
    assert len(proxy.wait_for_sessions(12)) == 12
    assert max(session.ac for session in proxy.sessions()) <= 5


def test_the_connection_limit_is_computed_from_the_descriptors_and_printed(serve, spliced):
    def printed(limit):
        proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {serve().address}",
                        prefix=["prlimit", f"--nofile={limit}"])
        found = re.search(r"(?i)maxconn\D{1,40}(\d+)", proxy.stderr() + "\n".join(proxy.log_lines()))
        assert found, "the limit was not printed"
        return int(found[1])

    small, large = printed(200), printed(2000)
    assert 20 <= small <= 95
    assert 500 <= large <= 995


def test_a_maxconn_above_the_descriptor_limit_is_lowered_with_a_warning(serve, spliced):
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {serve().address}", global_lines=["maxconn = 5000"],
                    prefix=["prlimit", "--nofile=200"])
    assert any("maxconn" in line for line in warnings(proxy))


def test_idle_connections_hold_no_memory_and_no_pipe(serve, spliced, connect, sanitized):
    count = 300 if sanitized else 4000
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < 2 * count + 500:
        pytest.skip(f"the descriptor limit is {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = serve(None, backlog=4096)
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {server.address}\n"
                    "timeout client = 1h\ntimeout server = 1h")
    with connect(proxy) as client:
        client.send(b"warm")
        server.wait_for_peers(1)[0].read(4)
    server.peers[0].close()
    proxy.wait_for_sessions(1)
    memory, pipes, files = (measure(proxy.pid) for measure in (
        procfs.counted_anonymous_bytes, procfs.pipe_ends, procfs.descriptors))
    clients, used = [], {}  # the memory by the number of connections; its slope is free of what the start has made
    for total in (count // 4, count // 2, count):
        added = [connect(proxy) for _ in range(total - len(clients))]
        for client in added:
            client.send(b"x")
        for peer in server.wait_for_peers(total + 1)[1 + len(clients):]:
            assert peer.read(1) == b"x"
            peer.send(b"y")
        assert all(client.read(1) == b"y" for client in added)
        clients += added
        used[total] = procfs.counted_anonymous_bytes(proxy.pid)
    assert procfs.pipe_ends(proxy.pid) <= pipes + 4
    if not sanitized:
        each = (used[count // 2] - used[count // 4]) / (count // 4)
        assert each <= 620, f"{each:.0f} bytes for each connection"
    for client in clients:
        client.close()
    for peer in server.peers:
        peer.close()
    wait_until(lambda: len(procfs.descriptors(proxy.pid)) <= len(files), "descriptors are back")
    if not sanitized:
        wait_until(lambda: procfs.counted_anonymous_bytes(proxy.pid) <= memory + (512 << 10), "memory is back")


def test_pipes_go_back_once_the_bytes_are_through(serve, spliced, connect):
    """Sixty transfers stall with bytes in flight; once they are read, the connections live on without a pipe each."""
    size = 4_000_000
    server = serve(lambda peer: (peer.send_pattern(1, size), peer.drain()))
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {server.address}")
    before = procfs.pipe_ends(proxy.pid)
    clients = [connect(proxy, receive_buffer=8192) for _ in range(60)]
    wait_until(lambda: procfs.pipe_ends(proxy.pid) >= before + 2, "pipes in use")
    settled(lambda: [peer.sent for peer in server.peers], 0.2)
    tasks = [Task(client.read, size) for client in clients]
    assert {len(task.result()) for task in tasks} == {size}
    wait_until(lambda: procfs.pipe_ends(proxy.pid) <= before + 40, "pipes given back")
