"""RST through the relay: a reset stays a reset, both ways, and what was received before it is delivered first."""

import threading

import pytest
from pattern import pattern_sha256
from peer import Behaviour, Peer, Task, echo, hold
from waiting import wait_until


def test_a_reset_of_an_idle_client_reaches_the_server(serve, relay, connect):
    server = serve(echo)
    client = connect(relay(server))
    client.send(b"x")
    assert client.read(1) == b"x"
    client.reset()
    assert server.wait_for_ending() == "rst"


def test_a_reset_right_after_connecting_never_looks_like_a_clean_end(serve, relay, connect):
    """The server may not see the connection at all, but where it does, it sees the reset too."""
    server = serve(hold)
    proxy = relay(server)
    for turn in range(40):
        client = connect(proxy)
        client.send(b"x" * (turn % 3))
        client.reset()
    marker = connect(proxy)
    wait_until(lambda: any(peer.ending is None for peer in server.peers), "the last one is connected")
    marker.half_close()
    marker.read_all()
    endings = [server.wait_for_ending(index) for index in range(len(server.peers))]
    assert endings.count("fin") == 1, endings


def test_a_reset_of_an_idle_server_reaches_the_client(serve, relay, connect):
    server = serve(Behaviour(read="line", reset=True))
    client = connect(relay(server))
    client.send(b"die\n")
    assert client.read_all() == b""
    assert client.ending == "rst"


def test_a_reset_after_the_other_side_half_closed_is_still_a_reset(serve, relay, connect):
    server = serve(Behaviour(read="end", answer=b"half an answ", reset=True))
    client = connect(relay(server))
    client.half_close()
    assert client.read_all() == b"half an answ"
    assert client.ending == "rst"


@pytest.mark.parametrize("size", [1, 1000, 65536, 65537, 200_000])
def test_a_partial_answer_arrives_whole_before_the_servers_reset(serve, relay, connect, size):
    server = serve(Behaviour(read="line", answer_size=size, reset=True))
    client = connect(relay(server))
    client.send(b"GET\n")
    client.drain()
    assert (client.received, client.sha256) == (size, pattern_sha256(1, size))
    assert client.ending == "rst"


def test_no_truncated_answer_looks_complete(serve, relay, connect):
    """Thirty times, because a reset that comes together with data is easily taken for an end."""
    proxy = relay(serve(Behaviour(read="line", answer_size=30_000, reset=True)))
    endings = []
    for _ in range(30):
        client = connect(proxy)
        client.send(b"GET\n")
        client.drain()
        endings.append((client.received, client.ending))
    assert endings == [(30_000, "rst")] * 30


@pytest.mark.needs_proxy
def test_data_stuck_behind_a_stalled_reader_arrives_before_the_servers_reset(serve, relay, connect):
    """The proxy holds more than the reader's window when the reset comes."""
    finished = threading.Event()

    def answer_then_reset(peer):
        peer.send_pattern(6, 200_000)
        peer.wait_flushed()
        peer.reset()
        finished.set()

    client = connect(relay(serve(answer_then_reset)), receive_buffer=4096)
    assert finished.wait(10)
    client.drain()
    assert (client.received, client.sha256) == (200_000, pattern_sha256(6, 200_000))
    assert client.ending == "rst"


def test_a_client_that_resets_mid_download_stops_the_server(serve, relay, connect):
    server = serve(Behaviour(read="line", answer_size=1 << 30))
    client = connect(relay(server))
    client.send(b"GET\n")
    client.read(1 << 20)
    client.reset()
    assert server.wait_for_ending() == "rst"


def test_a_client_that_stalls_and_then_resets_stops_the_server(serve, relay, connect):
    stuck = threading.Event()

    def fill(peer):
        peer.send_until_stuck()
        stuck.set()
        peer.send_pattern(1, 1 << 30)

    server = serve(fill)
    client = connect(relay(server), receive_buffer=4096)
    assert stuck.wait(15)
    client.reset()
    assert server.wait_for_ending() == "rst"


def test_a_client_that_resets_mid_upload_is_no_complete_upload(serve, relay, connect):
    server = serve(hold)
    client = connect(relay(server))
    client.send_pattern(1, 3_000_000)
    wait_until(lambda: server.peers and server.peers[0].received > 100_000, "the server reads")
    client.reset()
    assert server.wait_for_ending() == "rst"


def test_a_client_that_resets_behind_a_stalled_server_is_no_complete_upload(serve, relay, connect):
    awake = threading.Event()

    def sleeper(peer):
        awake.wait(10)
        peer.drain()

    server = serve(sleeper)
    client = connect(relay(server))
    client.send_until_stuck()
    client.reset()
    awake.set()
    assert server.wait_for_ending() == "rst"


def test_a_server_that_resets_mid_upload_stops_the_client(serve, relay, connect):
    def read_some(peer):
        peer.read(100_000)
        peer.reset()

    client = connect(relay(serve(read_some)))
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        client.send_pattern(1, 1 << 30)


def test_a_server_that_resets_while_the_upload_is_stuck_stops_the_client(serve, relay, connect):
    die = threading.Event()

    def stall(peer):
        die.wait(10)
        peer.reset()

    client = connect(relay(serve(stall)))
    client.send_until_stuck()
    die.set()
    client.drain()
    assert client.ending == "rst"


def test_the_answer_of_a_server_that_does_not_read_the_upload_is_never_lost(serve, relay):
    """An HTTP 413: the server answers and closes with unread bytes, which makes its kernel send an RST."""
    answer = b"HTTP/1.0 413 Too Large\r\n\r\n" + b"no " * 500

    def refuse(peer):
        peer.read(100)
        peer.sock.setblocking(True)
        peer.sock.recv(1, 2)  # MSG_PEEK: waits until something is left unread
        peer.send(answer)

    proxy = relay(serve(refuse))
    heard = []
    for _ in range(50):
        with Peer.connect(proxy.address) as client:
            upload = Task(client.send_pattern, 1, 400_000)
            heard.append(client.read_all())
            upload.join(5)
    assert [text == answer for text in heard] == [True] * 50


@pytest.mark.needs_proxy
def test_a_reset_is_logged_with_the_side_that_sent_it(serve, relay, connect):
    server = serve(Behaviour(read="line", answer=b"abc", reset=True))
    proxy = relay(server)
    client = connect(proxy)
    client.send(b"die\n")
    client.drain()
    assert proxy.wait_for_sessions(1)[0].flags == "SD"
    client = connect(proxy)
    client.send(b"x")
    wait_until(lambda: len(server.peers) == 2 and server.peers[1].received, "the session relays")
    client.reset()
    assert proxy.wait_for_sessions(2)[1].flags == "CD"
