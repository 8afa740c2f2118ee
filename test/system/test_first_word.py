"""A busy proxy calls a local server when the client has spoken, where the clients before it spoke first."""

import signal
import threading

from peer import echo
from waiting import wait_until

ENOUGH = 4  # clients in a row that spoke first


class Stage:
    """A proxy in front of one server; what happens while it is held meets it all at once when it is let go."""

    def __init__(self, serve, spliced, connect, script=echo):
        self.server = serve(script)
        self.proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {self.server.address}")
        self._connect = connect
        self._talker = self.client()
        self._talker.send(b"-")
        assert self._talker.read(1) == b"-"

    def client(self):
        return self._connect(self.proxy)

    def hold(self):
        self.proxy.send_signal(signal.SIGSTOP)

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

    def client_that_is_gone(self):
        """Returns once its session is over."""
        self.hold()
        self.client().reset()
        self.let_go()
        self.proxy.wait_for_log(r"relay/\S+ \S+ \d+ CC")


def test_a_client_that_left_without_a_word_costs_the_server_no_connection(serve, spliced, connect):
    stage = Stage(serve, spliced, connect)
    stage.teach()
    stage.client_that_is_gone()
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
    stage.client_that_is_gone()
    wait_until(lambda: len(stage.server.peers) == 3 + ENOUGH, "the server was called at once for the next client")
