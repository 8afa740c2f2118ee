"""Many sessions beside each other: no byte strays into another session, and no fat flow starves the rest."""

import random
import select
import struct
import threading

import pytest
from pattern import PatternCheck, pattern_blocks
from peer import Peer, Task, echo
from waiting import wait_until

UPLOAD = 1_500_000


def _exchange(peer, seeds, stop_after, strays):
    """Sends the pattern of one seed and compares what comes with that of the other.

    Stops reading after `stop_after` bytes, so that buffers and pipes towards this peer fill up, or goes on until the
    other side ends where that is None.
    """
    check = PatternCheck(seeds[0])
    blocks = pattern_blocks(seeds[1], UPLOAD if stop_after is not None else 1 << 40)
    block = b""
    peer.sock.setblocking(False)
    while True:
        block = block or next(blocks, b"")
        wants = [peer.sock] if stop_after is None or check.offset < stop_after else []
        readable, writable, _ = select.select(wants, [peer.sock] if block else [], [], 0.05)
        if not readable and not writable and not wants:
            return
        if readable:
            if not (data := peer.receive()):
                return
            if not check.matches(data):
                strays.append((seeds[0], check.offset))
                return
        if writable:
            try:
                block = block[peer.sock.send(block):]
            except BlockingIOError:
                pass


def test_no_byte_of_a_killed_session_is_ever_seen_in_another(serve, relay, sanitized):
    """Sessions with patterns of their own are reset at random while their pipes are full."""
    strays = []

    def serve_pattern(peer):
        seed, stop_after, kills = struct.unpack("<QQ?", peer.read(17))
        _exchange(peer, (seed, seed + 1), stop_after if kills else None, strays)
        if kills:
            peer.reset()

    proxy = relay(serve(serve_pattern))
    sessions = 10 if sanitized else 25

    def client_session(seed, stop_after, server_kills):
        with Peer.connect(proxy.address, receive_buffer=8192) as client:
            client.send(struct.pack("<QQ?", seed, stop_after, server_kills))
            try:
                _exchange(client, (seed + 1, seed), None if server_kills else stop_after, strays)
            except (ConnectionResetError, BrokenPipeError):
                return
            if not server_kills:
                client.reset()

    def worker(number):
        chance = random.Random(number)
        for turn in range(sessions):
            seed = 2 * (number * sessions + turn) + 1000
            client_session(seed, chance.randrange(400_000), chance.random() < 0.4)

    for task in [Task(worker, number) for number in range(8)]:
        task.result(28)
    assert strays == []


def test_a_session_after_killed_ones_gets_only_its_own_bytes(serve, relay, connect):
    """One at a time, so that the next session would get the very pipe of the one before."""
    def fill(peer):
        peer.read(1)
        peer.send(b"SECRET" * 10)
        peer.send_until_stuck(0.05, b"SECRET" * 10_000)
        peer.drain()

    def polite(peer):
        peer.send(b"public")
        peer.half_close()
        peer.drain()

    turns = iter([fill, polite] * 10)
    proxy = relay(serve(lambda peer: next(turns)(peer)))
    for _ in range(10):
        with connect(proxy, receive_buffer=4096) as victim:
            victim.send(b"!")
            victim.read(10)
            threading.Event().wait(0.1)
            victim.reset()
        with connect(proxy) as client:
            assert client.read_all() == b"public"


@pytest.mark.needs_proxy
def test_small_sessions_are_served_beside_two_endless_flows(serve, relay, connect):
    done = threading.Event()

    def endless_or_echo(peer):
        if peer.read(1) != b"B":
            return echo(peer)
        block = bytes(1 << 18)
        while not done.is_set():
            peer.send(block)

    proxy = relay(serve(endless_or_echo))

    def download(client):
        client.send(b"B")
        while client.receive(1 << 18):
            pass

    bulk = [connect(proxy) for _ in range(2)]
    downloads = [Task(download, client) for client in bulk]
    try:
        wait_until(lambda: all(client.received > 20 << 20 for client in bulk), "both flows run")
        before = [client.received for client in bulk]

        def small_sessions():
            for turn in range(200):
                with connect(proxy) as client:
                    client.send(b"E%03d" % turn)
                    assert client.read(3) == b"%03d" % turn
        Task(small_sessions).result(20)
        assert all(client.received > mark for client, mark in zip(bulk, before))
    finally:
        done.set()
    for task in downloads:
        task.result()
