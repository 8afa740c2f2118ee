"""What a session costs, in numbers that do not depend on the speed of the machine: system calls and allocations.

What a connection costs at rest, in bytes, stands in test_shortage.py and in test/unit/session_size_test.cpp.
"""

import time

import pytest
import strace
from allocations import Allocations
from peer import Task
from strace import Strace
from waiting import settled

KIB = bytes(1024)
MIB = bytes(1 << 20)

# Longer than the loop's lull (1 ms, src/event/loop.cpp), so that each event is met by a loop that sleeps and is
# handled alone.
PAUSE = 0.005

# The first sessions bring memory and pipes that later ones use again; what is counted comes after them.
WARM_UP = 8

# A call more for each repetition shows as 1. Less than this is chance: two events that came together, or the address
# at which memory was mapped.
SLACK = 0.25

# Attempts, of which one must do. On a machine under load an event may be reported in two parts; what has grown
# has grown in every attempt.
ATTEMPTS = 4
ROUNDS = 10  # the same for allocations

SHORT_SESSION = {
    "accept4": 1,
    "socket": 1,
    "connect": 1,
    "epoll_ctl": 2,   # one for each socket; leaving is free, by close()
    "recvfrom": 4,    # request, answer, and the end of each side: none says EAGAIN
    "sendto": 2,
    "shutdown": 1,    # the server's FIN; the client's is passed on by close()
    "close": 2,
    # 2 for each of seven events that come alone, and a lull in vain every seventeenth time: accept, "the client is
    # writable", "the server is connected", request, answer, two times FIN.
    "epoll_wait": 15,
    "getpid": 1,      # the log line: the id of the process that stands in it,
    "fstat": 1,       # what its descriptor stands for by now,
    "writev": 1,      # and the line
}

REQUEST_AND_ANSWER = {
    "recvfrom": 2,
    "sendto": 2,
    "epoll_wait": 4,  # two events, each met by a loop that sleeps
}

# Peers that answer at once are met by a loop that is still awake: one wait for each event, and two more for each turn
# of eight, which makes 2.25. One event in four may come after the lull of 1 ms. Without it there would be 4 and more.
REQUEST_AND_ANSWER_AT_ONCE = {
    "recvfrom": 2,
    "sendto": 2,
    "epoll_wait": 3,
}

# How much one splice moves depends on how far the server got meanwhile. Measured: below 4 splices and 6 waits, also
# under load. A pipe that did not grow would need 32 splices, and copying 16 reads and 16 writes of 64 KiB.
MEGABYTE = {
    "splice": 8,
    "epoll_wait": 12,
}


@pytest.fixture(autouse=True)
def usual_build(sanitized):
    if sanitized:
        pytest.skip("a sanitizer allocates and calls the kernel itself, and bears neither ptrace(2) nor preloading")


@pytest.fixture
def scene(serve, spliced, connect):
    """Starts a proxy below a command: scene(prefix) -> Scene."""
    return lambda prefix: Scene(serve(None), spliced, connect, prefix)


class Scene:
    """A proxy and its server, and scenarios in which every step waits for what the one before has brought about.

    Both ends act in the same thread. No timeout fires while they do.
    """

    def __init__(self, server, spliced, connect, prefix):
        self.server = server
        self.proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {server.address}\n"
                             "timeout client = 1h\ntimeout server = 1h\ntimeout connect = 1h", prefix=prefix)
        self._connect = connect
        self._ended = 0

    def open(self, pause=0.0):
        """A session of which the server has heard the request: its two ends."""
        known = len(self.server.peers)
        client = self._connect(self.proxy)
        time.sleep(pause)
        client.send(KIB)
        server = self.server.wait_for_peers(known + 1)[-1]
        assert server.read(len(KIB)) == KIB
        time.sleep(pause)
        return client, server

    @staticmethod
    def say(speaker, listener, pause=0.0):
        speaker.send(KIB)
        assert listener.read(len(KIB)) == KIB
        time.sleep(pause)

    def end(self, client, server, pause=0.0):
        """The server closes, the client sees that and closes."""
        server.close()
        assert (client.read_all(), client.ending) == (b"", "fin")
        time.sleep(pause)
        client.close()
        self._ended += 1
        self.proxy.wait_for_sessions(self._ended)
        time.sleep(pause)

    def short_sessions(self, count, pause=0.0):
        for _ in range(count):
            client, server = self.open(pause)
            self.say(server, client, pause)
            self.end(client, server, pause)

    def requests(self, count, pause=0.0):
        """On one connection: an answer and a request `count` times."""
        client, server = self.open(pause)
        for _ in range(count):
            self.say(server, client, pause)
            self.say(client, server, pause)
        self.end(client, server, pause)

    def bulk(self, megabytes):
        """From the server to the client."""
        client, server = self.open()
        reading = Task(client.read, megabytes * len(MIB))
        for _ in range(megabytes):
            server.send(MIB)
        assert len(reading.result()) == megabytes * len(MIB)
        self.end(client, server)


# ---- system calls

@pytest.fixture
def traceable():
    """Fails where nothing can be traced: a guard that does not look must not pass."""
    if found := strace.obstacle():
        pytest.fail(found)


@pytest.fixture
def calls_of(traceable, scene, tmp_path):
    """calls_of(play, few, many) -> system calls for each further repetition of play(scene, count).

    The difference of two runs, so that start and end cancel out.
    """
    reports = (tmp_path / f"strace{number}" for number in range(100))

    def count(play, repetitions):
        traced = Strace(next(reports), count=True)
        played = scene(traced.prefix)
        play(played, repetitions)
        played.proxy.stop()
        return traced.counts()

    def slope(play, few, many):
        low, high = count(play, few), count(play, many)
        return {name: (high.get(name, 0) - low.get(name, 0)) / (many - few) for name in {*low, *high}}

    return slope


def hold_to(allowed, measure):
    """Fails with the whole table where more is called than allowed, in every attempt."""
    for _ in range(ATTEMPTS):
        found = measure()
        rows = [(name, found.get(name, 0), allowed.get(name, 0)) for name in sorted({*found, *allowed})]
        if all(calls <= most + SLACK for _, calls, most in rows):
            return
    table = "\n".join(f"{name:<16}{calls:9.2f}{most:9}{'  too many' if calls > most + SLACK else ''}"
                      for name, calls, most in rows if calls or most)
    pytest.fail(f"system calls            found  allowed\n{table}", pytrace=False)


def test_a_short_session_makes_no_more_system_calls_than_allowed(calls_of):
    def play(scene, count):
        scene.short_sessions(count, PAUSE)

    hold_to(SHORT_SESSION, lambda: calls_of(play, WARM_UP, WARM_UP + 16))


def test_a_request_on_an_open_connection_makes_no_more_system_calls_than_allowed(calls_of):
    def play(scene, count):
        scene.requests(count, PAUSE)

    hold_to(REQUEST_AND_ANSWER, lambda: calls_of(play, 4, 36))


def test_an_exchange_without_pauses_makes_fewer_system_calls(calls_of):
    hold_to(REQUEST_AND_ANSWER_AT_ONCE, lambda: calls_of(Scene.requests, 4, 68))


def test_bulk_makes_no_more_system_calls_than_allowed(calls_of):
    hold_to(MEGABYTE, lambda: calls_of(Scene.bulk, 16, 80))


def test_open_sessions_at_rest_make_no_system_call(traceable, scene, tmp_path):
    """Not one in a second and a half: nothing polls, and no timer ticks."""
    traced = Strace(tmp_path / "strace", count=False)
    played = scene(traced.prefix)
    for _ in range(20):
        client, server = played.open()
        played.say(server, client)
    before = settled(lambda: len(traced.lines()), quiet=0.3)
    assert before > 20 * 8, "the sessions were traced"
    time.sleep(1.5)
    assert traced.lines()[before:] == []


# ---- allocations

@pytest.fixture
def allocations(binary, tmp_path):
    library = binary.parent / "count-allocations.so"
    assert library.exists(), f"{library} is missing; make check builds it"
    return Allocations(library, tmp_path / "allocations")


@pytest.mark.parametrize("play", [Scene.short_sessions, Scene.requests, Scene.bulk])
def test_a_session_allocates_nothing(allocations, scene, play):
    """Once the first ones have made what later ones use again: the room for sessions, the log line's buffer, a pipe.

    One of several rounds must do: a log line may be longer than any before, a pipe that nobody needed for a second is
    closed and made anew, and in bulk a copied message may meet a client that does not take it whole.
    """
    played = scene(allocations.prefix)
    assert allocations.read()[0] > 100, "the allocations are counted"
    play(played, WARM_UP)
    costs = []
    for _ in range(ROUNDS):
        before = allocations.read()
        play(played, 20)
        costs.append(tuple(now - then for now, then in zip(allocations.read(), before)))
        if costs[-1] == (0, 0):
            return
    pytest.fail(f"(calls, bytes) in each round: {costs}")
