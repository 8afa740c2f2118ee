"""Timeouts: whom they end, how, with which letters in the log. Only "not too early" is measured."""

import threading
import time

import pytest
from peer import Behaviour, echo, hold

pytestmark = pytest.mark.needs_proxy
SLACK = 0.02  # seconds by which clocks of two processes may differ


def ended_after(session):
    """Seconds that the session lasted, from its log line."""
    return int(session.tt) / 1000 + SLACK


def test_a_silent_client_is_shut_towards_the_server_which_may_still_answer(serve, relay, connect):
    server = serve(Behaviour(read="end", answer=b"good night"))
    proxy = relay(server, "timeout client = 400ms", "timeout server = 20s")
    start = time.monotonic()
    client = connect(proxy)
    assert server.wait_for_ending() == "fin"
    assert time.monotonic() - start >= 0.4 - SLACK
    assert client.read_all() == b"good night"
    assert client.ending == "fin"
    session = proxy.wait_for_sessions()[0]
    assert session.flags == "cD"
    assert ended_after(session) >= 0.4


def test_a_session_silent_on_both_sides_ends_with_the_longer_timeout(serve, relay, connect):
    def never_closes(peer):
        peer.drain()
        threading.Event().wait(3)

    proxy = relay(serve(never_closes), "timeout client = 300ms", "timeout server = 700ms", "timeout server-fin = 700ms")
    client = connect(proxy)
    assert client.read_all() == b""
    session = proxy.wait_for_sessions()[0]
    assert session.flags == "cD"
    assert ended_after(session) >= 0.7


def test_a_silent_server_is_ended_on_both_sides(serve, relay, connect):
    server = serve(hold)
    proxy = relay(server, "timeout client = 20s", "timeout server = 400ms")
    client = connect(proxy)
    assert client.read_all() == b""
    assert client.ending == "fin"
    assert server.wait_for_ending() == "fin"
    session = proxy.wait_for_sessions()[0]
    assert session.flags == "sD"
    assert ended_after(session) >= 0.4


def test_traffic_keeps_a_session_alive_beyond_its_timeouts(serve, relay, connect):
    proxy = relay(serve(echo), "timeout client = 600ms", "timeout server = 600ms")
    client = connect(proxy)
    for _ in range(8):
        client.send(b"x")
        assert client.read(1) == b"x"
        time.sleep(0.15)
    client.half_close()
    assert client.read_all() == b""
    assert proxy.wait_for_sessions()[0].flags == "--"


def test_a_download_alone_keeps_a_silent_client_alive(serve, relay, connect):
    def drip(peer):
        for _ in range(8):
            peer.send(b"x")
            time.sleep(0.1)

    proxy = relay(serve(drip), "timeout client = 400ms", "timeout server = 20s")
    client = connect(proxy)
    assert client.read_all() == b"x" * 8
    client.close()
    assert proxy.wait_for_sessions()[0].flags == "--"


def test_timeout_tunnel_replaces_those_of_both_sides(serve, relay, connect):
    proxy = relay(serve(echo), "timeout client = 200ms", "timeout server = 200ms", "timeout tunnel = 900ms")
    client = connect(proxy)
    client.send(b"a")
    assert client.read(1) == b"a"
    time.sleep(0.5)
    client.send(b"b")
    assert client.read(1) == b"b"
    client.read_all()
    session = proxy.wait_for_sessions()[0]
    assert session.flags in ("cD", "sD")
    assert ended_after(session) >= 1.4


def test_a_client_that_never_finishes_ends_by_timeout_client_fin(serve, relay, connect):
    server = serve(Behaviour(read="none", answer=b"bye", half_close=True))
    proxy = relay(server, "timeout client = 20s", "timeout client-fin = 400ms", "timeout server = 20s")
    client = connect(proxy)
    assert client.read_all() == b"bye"
    session = proxy.wait_for_sessions()[0]
    assert (session.flags, session.bytes) == ("cD", "3")
    assert ended_after(session) >= 0.4
    assert server.wait_for_ending() in ("fin", "rst")


def test_a_server_that_never_finishes_ends_by_timeout_server_fin(serve, relay, connect):
    def deaf(peer):
        peer.drain()
        threading.Event().wait(3)

    proxy = relay(serve(deaf), "timeout client = 20s", "timeout server = 20s", "timeout server-fin = 400ms")
    client = connect(proxy)
    client.half_close()
    assert client.read_all() == b""
    session = proxy.wait_for_sessions()[0]
    assert session.flags == "sD"
    assert ended_after(session) >= 0.4


def test_a_client_that_does_not_take_its_data_is_reset(serve, relay, connect):
    server = serve(Behaviour(read="none", answer_size=1 << 30))
    proxy = relay(server, "timeout client = 600ms", "timeout client-fin = 600ms", "timeout server = 20s")
    client = connect(proxy, receive_buffer=8192)
    session = proxy.wait_for_sessions()[0]
    assert session.flags == "cD"
    assert ended_after(session) >= 0.6
    client.drain()
    assert client.ending == "rst"
    assert server.wait_for_ending() == "rst"


def test_a_server_that_does_not_take_its_data_is_reset(serve, relay, connect):
    listens = threading.Event()

    def deaf(peer):
        listens.wait(15)
        peer.drain()

    server = serve(deaf)
    proxy = relay(server, "timeout client = 20s", "timeout server = 1500ms", "timeout server-fin = 1500ms")
    client = connect(proxy)
    client.send_until_stuck()
    session = proxy.wait_for_sessions()[0]
    assert session.flags == "sD"
    assert ended_after(session) >= 1.5
    listens.set()
    client.drain()
    assert client.ending == "rst"
    assert server.wait_for_ending() == "rst"


def test_zero_means_no_timeout(serve, relay, connect):
    proxy = relay(serve(echo), "timeout client = 0", "timeout server = 0")
    client = connect(proxy)
    time.sleep(0.5)
    client.send(b"still there")
    assert client.read(11) == b"still there"


@pytest.mark.parametrize("retries", [0, 2])
def test_connecting_that_is_never_answered_ends_after_all_attempts(unanswering, spliced, connect, retries):
    proxy = spliced(f"""
        [listen relay]
        bind = fd@?
        server s1 = {unanswering().address}
        timeout connect = 300ms
        retries = {retries}
    """)
    client = connect(proxy)
    assert client.read_all() == b""
    assert client.ending == "fin"
    client.close()
    session = proxy.wait_for_sessions()[0]
    assert (session.flags, session.tc, session.retries.lstrip("+")) == ("sC", -1, str(retries))
    assert ended_after(session) >= 0.3 * (retries + 1)
