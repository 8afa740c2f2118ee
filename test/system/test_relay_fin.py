"""FIN through the relay: half-close works in both directions and a FIN never overtakes data."""

import random
import threading

import procfs
import pytest
from pattern import pattern_sha256
from peer import Behaviour, Peer, Task
from waiting import wait_until

BOUNDARIES = [0, 1, 2, 1447, 1448, 1449, 4095, 4096, 4097, 16383, 16384, 16385, 65535, 65536, 65537, 131072, 262145]


def test_after_the_clients_fin_the_server_sends_on(serve, relay, connect):
    def answer_in_pieces(peer):
        peer.read_all()
        for piece in (b"one ", b"two ", b"three"):
            peer.send(piece)
            peer.wait_flushed()

    server = serve(answer_in_pieces)
    client = connect(relay(server))
    client.send(b"question")
    client.half_close()
    assert client.read_all() == b"one two three"
    assert client.ending == "fin"
    assert (server.peers[0].received, server.peers[0].ending) == (8, "fin")


def test_after_the_servers_fin_the_client_sends_on(serve, relay, connect):
    server = serve(Behaviour(read="none", answer=b"bye", half_close=True))
    client = connect(relay(server))
    assert client.read_all() == b"bye"
    assert client.ending == "fin"
    client.send_pattern(7, 300_000)
    client.half_close()
    assert server.wait_for_ending() == "fin"
    assert server.peers[0].sha256 == pattern_sha256(7, 300_000)


def test_both_sides_half_close_at_the_same_moment(serve, relay, connect):
    gate = threading.Barrier(2)

    def last_words(peer):
        gate.wait(10)
        peer.send(b"from the server")
        peer.half_close()
        peer.drain()

    server = serve(last_words)
    proxy = relay(server)
    for turn in range(40):
        client = connect(proxy)
        server.wait_for_peers(turn + 1)
        gate.wait(10)
        client.send(b"from the client")
        client.half_close()
        assert client.read_all() == b"from the server"
        assert client.ending == "fin"
        assert server.wait_for_ending(turn) == "fin"
        assert server.peers[turn].received == len(b"from the client")


def test_an_8_mb_answer_reaches_a_reader_that_sleeps(serve, relay, connect):
    server = serve(Behaviour(read="line", answer_size=8 << 20))
    client = connect(relay(server), receive_buffer=8192)
    client.send(b"GET\n")
    sent = threading.Event()
    assert not sent.wait(1.0)  # the reader sleeps while pipe and buffers fill up behind it
    assert client.drain() == "fin"
    assert (client.received, client.sha256) == (8 << 20, pattern_sha256(1, 8 << 20))


def test_an_8_mb_upload_reaches_a_server_that_sleeps(serve, relay, connect):
    awake = threading.Event()

    def sleeper(peer):
        awake.wait(10)
        peer.drain()
        peer.send(b"thanks")

    server = serve(sleeper)
    client = connect(relay(server))
    upload = Task(client.send_pattern, 3, 8 << 20)
    upload.join(1.0)
    awake.set()
    upload.result()
    client.half_close()
    assert client.read_all() == b"thanks"
    assert server.peers[0].sha256 == pattern_sha256(3, 8 << 20)


def test_300_kb_up_then_half_close_then_the_answer(serve, relay, connect):
    server = serve(Behaviour(read="end", answer_size=500_000))
    client = connect(relay(server))
    client.send_pattern(5, 300 << 10)
    client.half_close()
    assert client.drain() == "fin"
    assert client.sha256 == pattern_sha256(1, 500_000)
    assert server.peers[0].sha256 == pattern_sha256(5, 300 << 10)


@pytest.mark.parametrize("size", BOUNDARIES)
def test_an_answer_of_each_size_around_a_buffers_edge_arrives_before_its_fin(serve, relay, connect, size):
    server = serve(Behaviour(read="end", answer_size=size))
    client = connect(relay(server))
    client.send_pattern(2, size)
    client.half_close()
    assert client.drain() == "fin"
    assert client.sha256 == pattern_sha256(1, size)
    assert server.peers[0].sha256 == pattern_sha256(2, size)


def test_no_fin_overtakes_data_in_many_short_sessions(serve, relay, sanitized):
    """Sizes that leave a rest in the pipe when the FIN is already there, many at a time."""
    sizes = [random.Random(4).randrange(1, 300_000) for _ in range(60 if sanitized else 240)]

    def sized_answer(peer):
        peer.send_pattern(9, int(Behaviour(read="line")._read(peer)))

    proxy = relay(serve(sized_answer))

    def ask(wanted):
        with Peer.connect(proxy.address) as client:
            client.send(b"%d\n" % wanted)
            client.drain()
            return client.ending, client.sha256 == pattern_sha256(9, wanted)

    workers = [Task(lambda part: [ask(wanted) for wanted in part], sizes[start::4]) for start in range(4)]
    outcomes = [outcome for worker in workers for outcome in worker.result(25)]
    assert outcomes == [("fin", True)] * len(sizes)


def test_a_client_that_half_closes_at_once_still_hears_the_server(serve, relay, connect):
    """Even where its FIN arrives while the server is still being connected."""
    proxy = relay(serve(Behaviour(greeting=b"220 ready\r\n", read="end")))
    heard = []
    for _ in range(60):
        client = connect(proxy)
        client.half_close()
        heard.append((client.read_all(), client.ending))
    assert heard == [(b"220 ready\r\n", "fin")] * 60


@pytest.mark.parametrize("leaves", ["client", "server"])
def test_a_session_of_zero_bytes_ends_cleanly(serve, relay, connect, leaves):
    server = serve(Behaviour(read="none" if leaves == "server" else "end"))
    client = connect(relay(server))
    server.wait_for_peers(1)
    if leaves == "client":
        client.half_close()
    assert client.read_all() == b""
    assert client.ending == "fin"
    client.close()
    if leaves == "client":
        assert server.wait_for_ending() == "fin"


@pytest.mark.needs_proxy
def test_each_session_leaves_one_log_line_and_no_descriptor(serve, relay, connect):
    proxy = relay(serve(Behaviour(read="end", answer=b"12345")))
    before = set(procfs.descriptors(proxy.pid).values())
    for _ in range(20):
        with connect(proxy) as client:
            client.half_close()
            assert client.read_all() == b"12345"
    sessions = proxy.wait_for_sessions(20)
    assert len(sessions) == 20
    assert {(session.flags, session.bytes, session.server) for session in sessions} == {("--", "5", "s1")}

    def only_pipes_more():
        now = {link for link in procfs.descriptors(proxy.pid).values() if not link.startswith("pipe:")}
        return now <= before
    wait_until(only_pipes_more, "sockets closed")
