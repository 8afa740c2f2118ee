"""Limits of bytes a second: `bwlim-*` of a bind. What flows is counted, and the time it took is bounded below: a
loaded machine makes it longer, never shorter."""

import time

import procfs
import pytest
from pattern import pattern_sha256
from peer import Behaviour, Task, echo, sink
from waiting import wait_until

LIMIT = 200_000  # bytes a second; the first second's bytes come at once


def listen(server, bind, *lines):
    return "\n".join(["[listen web]", f"bind = fd@? {bind}", f"server s1 = {server.address}", *lines])


def download(client, size):
    """The seconds until all of it has come."""
    begin = time.monotonic()
    assert len(client.read(size)) == size
    return time.monotonic() - begin


@pytest.mark.parametrize("word", ["bwlim-out", "bwlim-out-each"])
def test_a_download_takes_its_time_and_loses_nothing(serve, spliced, connect, mode, word):
    size = 2 * LIMIT
    proxy = spliced(listen(serve(Behaviour(read="none", answer_size=size, seed=4, half_close=True)),
                           f"{word} {LIMIT}"), mode=mode)
    client = connect(proxy)
    assert download(client, size) > 0.9
    client.drain()
    assert (client.sha256, client.ending) == (pattern_sha256(4, size), "fin")


@pytest.mark.parametrize("word", ["bwlim-in", "bwlim-in-each"])
def test_an_upload_takes_its_time_and_loses_nothing(serve, spliced, connect, mode, word):
    size = 2 * LIMIT
    server = serve(sink)
    proxy = spliced(listen(server, f"{word} {LIMIT}"), mode=mode)
    client = connect(proxy)
    begin = time.monotonic()
    client.send_pattern(5, size)
    client.half_close()
    assert server.wait_for_ending() == "fin"
    assert time.monotonic() - begin > 0.9
    assert server.peers[0].sha256 == pattern_sha256(5, size)


def test_a_limit_of_each_is_not_shared_and_one_of_all_is(serve, spliced, connect):
    """Three clients at once: what three may take in the first second, and what one may."""
    server = serve(Behaviour(read="none", answer_size=LIMIT, half_close=True))
    for word, slow in ((f"bwlim-out-each {LIMIT}", False), (f"bwlim-out {LIMIT}", True)):
        proxy = spliced(listen(server, word))
        begin = time.monotonic()
        tasks = [Task(download, connect(proxy), LIMIT) for _ in range(3)]
        for task in tasks:
            task.result()
        took = time.monotonic() - begin
        assert took > 1.8 if slow else took < 1.8


def test_those_who_are_not_limited_are_not_held_up(serve, spliced, connect):
    server = serve(Behaviour(read="line", answer_size=10_000_000, half_close=True))
    proxy = spliced(f"[listen slow]\nbind = fd@? bwlim-out 10000\nserver s = {server.address}\n"
                    f"[listen fast]\nbind = fd@?\nserver s = {server.address}\n")
    slow, fast = connect(proxy), connect(proxy, index=1)
    for client in (slow, fast):
        client.send(b"\n")
    assert len(fast.read(10_000_000)) == 10_000_000
    assert slow.received < 10_000_000
    slow.reset()


def test_a_flow_that_is_held_back_costs_no_time(serve, spliced, connect):
    proxy = spliced(listen(serve(Behaviour(read="none", answer_size=10_000_000)), "bwlim-out-each 2k"))
    client = connect(proxy)
    client.read(2048)
    before = procfs.cpu_seconds(proxy.pid)
    client.read(2048)
    assert procfs.cpu_seconds(proxy.pid) - before < 0.2
    client.reset()


def test_whom_we_hold_back_is_not_silent(serve, spliced, connect):
    """Each piece waits longer than the timeouts of both sides."""
    size = 4 * 1448
    server = serve(sink)
    proxy = spliced(listen(server, "bwlim-in-each 1448", "timeout client = 300ms", "timeout server = 300ms"))
    client = connect(proxy)
    client.send_pattern(6, size)
    client.half_close()
    assert server.wait_for_ending() == "fin"
    assert server.peers[0].sha256 == pattern_sha256(6, size)
    assert proxy.wait_for_sessions()[0].flags == "--"


def test_silence_still_ends_a_limited_session(serve, spliced, connect):
    proxy = spliced(listen(serve(echo), "bwlim-in-each 1m bwlim-out-each 1m", "timeout client = 200ms"))
    client = connect(proxy)
    client.send(b"hello")
    assert client.read(5) == b"hello"
    assert client.drain() == "fin"
    assert proxy.wait_for_sessions()[0].flags == "cD"


def test_a_client_that_leaves_while_it_is_held_back_frees_its_session(serve, spliced, connect):
    server = serve(Behaviour(read="none", answer_size=10_000_000))
    proxy = spliced(listen(server, "bwlim-out-each 1448"))
    client = connect(proxy)
    client.read(1448)
    client.reset()
    assert proxy.wait_for_sessions()[0].flags == "CD"
    assert server.wait_for_ending() == "rst"


def test_a_reload_moves_the_limit_of_the_running_sessions(serve, spliced, connect):
    server = serve(Behaviour(read="none", answer_size=3_000_000, seed=8, half_close=True))
    proxy = spliced(listen(server, "bwlim-out 1448"))
    client = connect(proxy)
    client.read(1448)
    proxy.reload(listen(server, ""))
    client.drain()
    assert client.sha256 == pattern_sha256(8, 3_000_000)


def test_limits_hold_behind_a_header_and_in_front_of_one(serve, spliced, connect):
    server = serve(sink)
    proxy = spliced(f"[listen web]\nbind = fd@? accept-proxy bwlim-in-each {LIMIT}\n"
                    f"server s = {server.address} send-proxy\n")
    client = connect(proxy)
    begin = time.monotonic()
    client.send(b"PROXY UNKNOWN\r\n")
    client.send_pattern(5, 2 * LIMIT)
    client.half_close()
    assert server.wait_for_ending() == "fin"
    assert time.monotonic() - begin > 0.9
    wait_until(lambda: server.peers[0].received > 2 * LIMIT, "the header came as well")


@pytest.mark.parametrize("filtered", ["bwlim-out", "bwlim-in"])
def test_a_rule_puts_connections_under_the_limit_of_its_filter(serve, spliced, connect, filtered):
    size = 2 * LIMIT
    upload = filtered == "bwlim-in"
    server = serve(sink if upload else Behaviour(read="none", answer_size=size, seed=4, half_close=True))
    proxy = spliced(listen(server, "", f"filter {filtered} slow = default-limit {LIMIT} default-period 1s",
                           "tcp-request = content set-bandwidth-limit slow if { src 127.0.0.0/8 }"))
    client = connect(proxy)
    begin = time.monotonic()
    if upload:
        client.send_pattern(3, size)
        client.half_close()
        client.read_all()
    else:
        assert len(client.read(size)) == size
    assert time.monotonic() - begin > 0.9


def test_connections_that_no_rule_names_are_free_of_its_limit(serve, spliced, connect):
    size = 100 * LIMIT
    server = serve(Behaviour(read="none", answer_size=size, seed=4, half_close=True))
    proxy = spliced(listen(server, "", f"filter bwlim-out slow = default-limit {LIMIT} default-period 1s",
                           "tcp-request = content set-bandwidth-limit slow if { src 192.0.2.0/24 }"))
    assert download(connect(proxy), size) < 60  # under the limit it would be 99 s
