"""Bytes through the relay arrive whole, in order and without waiting for more, in every shape."""

import sys
from pathlib import Path

import deny_syscall
import pytest
from pattern import pattern_sha256
from peer import Behaviour, Task, echo
from waiting import wait_until

DENY = Path(deny_syscall.__file__)


def test_a_server_may_speak_first(serve, relay, connect):
    client = connect(relay(serve(Behaviour(greeting=b"220 hello\r\n", read="line", echo=True))))
    assert client.read(11) == b"220 hello\r\n"
    client.send(b"HELO\n")
    assert client.read_all() == b"HELO\n"


def test_single_bytes_go_back_and_forth_500_times(serve, relay, connect):
    client = connect(relay(serve(echo)))
    for turn in range(500):
        byte = bytes([turn & 255])
        client.send(byte)
        assert client.read(1) == byte


def test_messages_of_20_kb_go_back_and_forth_without_stalls(serve, relay, connect):
    """A splice that promises more data (SPLICE_F_MORE) costs 200 ms a message: 300 of them would miss the deadline."""
    client = connect(relay(serve(echo)))

    def talk():
        for turn in range(300):
            message = bytes([turn & 255]) * 20_001
            client.send(message)
            assert client.read(len(message)) == message

    Task(talk).result(20)


def test_a_request_in_two_writes_is_not_held_back(serve, relay, connect):
    """Without TCP_NODELAY the second write waits for an ACK that the receiver delays by 40 ms."""
    def pairs(peer):
        while len(peer.read(2)) == 2:
            peer.send(b"x")
            peer.send(b"y")

    client = connect(relay(serve(pairs)))

    def talk():
        for _ in range(600):
            client.send(b"a")
            client.send(b"b")
            assert client.read(2) == b"xy"

    Task(talk).result(20)


def test_50_mb_go_both_ways_while_both_readers_pause(serve, relay, connect, sanitized):
    size = (10 if sanitized else 50) << 20

    def both_ways(peer):
        upload = Task(peer.send_pattern, 11, size)
        peer.drain(pause=0.02, every=4 << 20)
        upload.result(25)

    server = serve(both_ways)
    client = connect(relay(server))

    def upload():
        client.send_pattern(12, size)
        client.half_close()

    uploading = Task(upload)
    assert client.drain(pause=0.03, every=5 << 20) == "fin"
    uploading.result(25)
    assert (client.received, client.sha256) == (size, pattern_sha256(11, size))
    assert (server.peers[0].received, server.peers[0].sha256) == (size, pattern_sha256(12, size))


def test_thousands_of_tiny_segments_wait_for_a_stalled_reader(serve, relay, connect):
    """A pipe counts slots, not bytes: sixteen segments fill it."""
    server = serve(Behaviour(read="line", answer=bytes(range(256)) * 24, dribble=True))
    client = connect(relay(server), receive_buffer=2048)
    client.send(b"go\n")
    wait_until(lambda: server.peers and server.peers[0].sent > 3000, "the server dribbles")
    assert client.read_all() == bytes(range(256)) * 24
    assert client.ending == "fin"


def test_a_reader_that_stops_and_goes_loses_nothing(serve, relay, connect):
    size = 6_000_000
    client = connect(relay(serve(Behaviour(read="none", answer_size=size))), receive_buffer=16384)
    assert client.drain(pause=0.02, every=100_000) == "fin"
    assert client.sha256 == pattern_sha256(1, size)


def test_many_sessions_at_once_keep_their_own_bytes(serve, relay, connect, sanitized):
    size = 300_000 if sanitized else 1_000_000

    def by_number(peer):
        seed = peer.read(1)[0]
        upload = Task(peer.send_pattern, seed, size)
        peer.drain()
        upload.result()

    server = serve(by_number)
    proxy = relay(server)

    def session(seed):
        client = connect(proxy)
        client.send(bytes([seed]))
        upload = Task(lambda: (client.send_pattern(seed + 100, size), client.half_close()))
        client.drain()
        upload.result()
        return client.sha256 == pattern_sha256(seed, size)

    tasks = [Task(session, seed) for seed in range(24)]
    assert [task.result(25) for task in tasks] == [True] * 24
    assert sorted(peer.received for peer in server.peers) == [size + 1] * 24


@pytest.mark.needs_proxy
@pytest.mark.parametrize("call,error", [
    ("splice", "EINVAL"), ("splice", "ENOSYS"), ("pipe2", "EMFILE"), ("pipe2", "ENFILE")])
def test_where_the_kernel_refuses_splice_or_pipes_bytes_are_copied(serve, spliced, connect, call, error):
    if not deny_syscall.is_available(call):
        pytest.skip("no system call numbers for this machine")
    server = serve(Behaviour(read="end", answer_size=4_000_000))
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {server.address}",
                    prefix=[sys.executable, str(DENY), call, error])
    for turn in range(3):
        client = connect(proxy)
        client.send_pattern(2, 4_000_000)
        client.half_close()
        assert client.drain() == "fin"
        assert client.sha256 == pattern_sha256(1, 4_000_000)
        assert server.peers[turn].sha256 == pattern_sha256(2, 4_000_000)


@pytest.mark.needs_proxy
@pytest.mark.parametrize("limit", [0, 1])
def test_without_enough_pipes_bytes_are_copied_and_none_is_lost(serve, spliced, connect, limit):
    size = 3_000_000
    server = serve(Behaviour(read="none", answer_size=size))
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {server.address}", global_lines=[f"maxpipes = {limit}"])
    clients = [connect(proxy, receive_buffer=8192) for _ in range(8)]  # all stalled at once, each with bytes in flight
    server.wait_for_peers(8)
    tasks = [Task(client.drain, 0.01, 500_000) for client in clients]
    assert [task.result() for task in tasks] == ["fin"] * 8
    assert {client.sha256 for client in clients} == {pattern_sha256(1, size)}
