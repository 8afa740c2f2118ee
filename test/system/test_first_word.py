"""A busy proxy calls a local server when the client has spoken, where the clients before it spoke first."""

import signal
import threading

import procfs
import pytest
import strace
from peer import echo
from strace import Strace
from waiting import settled, wait_until

ENOUGH = 4  # clients in a row that spoke first


class Stage:
    """A proxy in front of one server; what happens while it is held meets it all at once when it is let go."""

    def __init__(self, serve, spliced, connect, script=echo, greeting=b"", prefix=()):
        self.server = serve(script)
        self.proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {self.server.address}", prefix=prefix)
        self._connect = connect
        self._gone = 0
        self._talker = self.client()
        assert self._talker.read(len(greeting)) == greeting
        self._talker.send(b"-")
        assert self._talker.read(1) == b"-"

    def client(self):
        return self._connect(self.proxy)

    def hold(self):
        self.proxy.send_signal(signal.SIGSTOP)
        wait_until(lambda: procfs.status(self.proxy.pid)["State"][0] in "Tt", "the proxy is stopped")

    def let_go(self):
        """The talker's byte waits as well, so that the proxy is busy."""
        self._talker.send(b"-")
        self.proxy.send_signal(signal.SIGCONT)
        assert self._talker.read(1) == b"-"

    def teach(self):
        self.hold()
        clients = [self.client() for _ in range(ENOUGH)]
        for client in clients:
            client.send(b"first")
        self.let_go()
        for client in clients:
            assert client.read(5) == b"first"

    def clients_that_are_gone(self, count=1):
        """Returns once their sessions are over."""
        self.hold()
        for _ in range(count):
            self.client().reset()
        self.let_go()
        self._gone += count
        self.proxy.wait_for_log(r" C[CD] ", count=self._gone)

    def awaits_nobody(self):
        """Waits until the server was called for a client that is gone, which is so only where nobody is awaited."""
        known = settled(lambda: len(self.server.peers))
        self.clients_that_are_gone()
        self.server.wait_for_peers(known + 1)


def test_a_client_that_left_without_a_word_costs_the_server_no_connection(serve, spliced, connect):
    stage = Stage(serve, spliced, connect)
    stage.teach()
    stage.clients_that_are_gone()
    assert len(stage.server.peers) == 1 + ENOUGH


def test_a_client_that_speaks_is_served(serve, spliced, connect):
    stage = Stage(serve, spliced, connect)
    stage.teach()
    stage.hold()
    speaker = stage.client()
    stage.let_go()
    speaker.send(b"later than the others")
    assert speaker.read(21) == b"later than the others"


def test_a_client_that_says_nothing_but_its_end_is_served(serve, spliced, connect):
    stage = Stage(serve, spliced, connect)
    stage.teach()
    stage.hold()
    speaker = stage.client()
    speaker.half_close()
    stage.let_go()
    assert (speaker.read_all(), speaker.ending) == (b"", "fin")
    stage.server.wait_for_peers(2 + ENOUGH)


def test_a_client_that_waits_to_be_greeted_is_greeted_and_the_next_ones_are_not_awaited(serve, spliced, connect):
    polite_now = threading.Event()

    def greet(peer):
        if polite_now.is_set():
            peer.send(b"hello")
        echo(peer)

    stage = Stage(serve, spliced, connect, greet)
    stage.teach()
    polite_now.set()
    stage.hold()
    polite = stage.client()
    stage.let_go()
    assert polite.read(5) == b"hello"
    stage.awaits_nobody()


def test_a_service_that_greets_teaches_nobody_to_wait(serve, spliced, connect):
    """The greeting may come together with the connection; the client's answer to it is no first word."""
    def greet(peer):
        peer.send(b"hello")
        echo(peer)

    stage = Stage(serve, spliced, connect, greet, greeting=b"hello")
    for _ in range(3):
        stage.hold()
        clients = [stage.client() for _ in range(ENOUGH)]
        stage.let_go()
        for client in clients:
            assert client.read(5) == b"hello"
            client.send(b"thanks")
            assert client.read(6) == b"thanks"
        stage.awaits_nobody()


def test_clients_that_only_come_and_go_teach_nobody_to_wait(serve, spliced, connect):
    stage = Stage(serve, spliced, connect)
    stage.clients_that_are_gone(2 * ENOUGH)
    stage.awaits_nobody()


@pytest.fixture
def traced(sanitized, tmp_path):
    if sanitized:
        pytest.skip("sanitizers do not bear ptrace(2)")
    if found := strace.obstacle():
        pytest.fail(found)
    return Strace(tmp_path / "strace", count=False)


def test_late_acks_end_with_the_first_bytes_of_a_server_that_goes_on(traced, serve, spliced, connect):
    """A server with Nagle's algorithm on, which answers in two small writes, would wait 40 ms for the first ACK."""
    stage = Stage(serve, spliced, connect, prefix=traced.prefix)
    stage.teach()
    for _ in range(3):
        stage.teach()  # these are awaited

    def switched(value):
        return sum(f"TCP_QUICKACK, [{value}]" in line for line in traced.lines())

    assert switched(0) >= 2 * ENOUGH, "the handshake's last ACK was held back"
    wait_until(lambda: switched(1) == switched(0), "late ACKs have ended")
