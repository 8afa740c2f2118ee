"""Where log lines go: their form on the wire, receivers that come and go, and descriptors that nobody reads."""

import fcntl
import os
import pty
import re
import socket

import pytest
from peer import Behaviour
from waiting import wait_until

ANSWER = Behaviour(read="none", answer=b"12345")


def listen(server, *lines):
    return "\n".join(["[listen relay]", "bind = fd@?", f"server s1 = {server.address}", *lines])


def talk(connect, proxy):
    with connect(proxy) as client:
        return client.read_all()


@pytest.fixture
def receiver(short_folder):
    """A syslog daemon's socket: receiver() binds it, again if need be -> (socket, path)."""
    bound = []

    def bind():
        path = short_folder / "log"
        path.unlink(missing_ok=True)
        bound.append(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        bound[-1].bind(str(path))
        bound[-1].settimeout(10)
        return bound[-1], path

    yield bind
    for daemon in bound:
        daemon.close()


def session_line(daemon):
    """The next datagram about a session."""
    while True:
        line = daemon.recv(65536)
        if b" relay/s1 " in line:
            return line


DATE = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d"
BSD_DATE = rb"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"


@pytest.mark.parametrize("form, header", [
    ("local", rb"<30>" + BSD_DATE + rb" spliced\[PID\]: "),
    ("rfc3164", rb"<30>" + BSD_DATE + rb" web1 spliced\[PID\]: "),
    ("rfc5424", rb"<30>1 " + DATE + rb" web1 spliced PID - - "),
    ("priority", rb"<30>"),
    ("short", rb"<6>"),
    ("timed", rb"<6>" + DATE + rb" "),
    ("iso", DATE + rb" "),
    ("raw", rb""),
])
def test_each_format_has_its_header_and_a_line_end(serve, spliced, connect, receiver, form, header):
    daemon, path = receiver()
    proxy = spliced(listen(serve(ANSWER)), log=[f"log = {path} format {form} daemon"], arguments=["-L", "web1"])
    assert talk(connect, proxy) == b"12345"
    pattern = header.replace(b"PID", str(proxy.pid).encode()) + rb"127\.0\.0\.1:\d+ \[.*\] .* 0/0\n"
    assert re.fullmatch(pattern, session_line(daemon))


def test_a_line_is_cut_at_its_length(serve, spliced, connect, receiver):
    """`len` bytes, then the line end, as HAProxy sends it."""
    daemon, path = receiver()
    proxy = spliced(listen(serve(ANSWER)), log=[f"log = {path} len 80 format rfc5424 daemon"])
    assert talk(connect, proxy) == b"12345"
    line = daemon.recv(65536)
    while b"127.0.0.1:" not in line:
        line = daemon.recv(65536)
    assert (len(line), line[-1:]) == (81, b"\n")


def test_levels_outside_of_max_are_left_out_and_min_raises_the_rest(serve, spliced, connect, receiver):
    daemon, path = receiver()
    proxy = spliced(listen(serve(ANSWER)), log=[f"log = {path} format priority daemon info info"])
    assert talk(connect, proxy) == b"12345"
    assert session_line(daemon).startswith(b"<30>")
    proxy.stop()
    rest = []
    daemon.setblocking(False)
    try:
        while True:
            rest.append(daemon.recv(65536))
    except BlockingIOError:
        pass
    assert rest and all(line.startswith(b"<30>") for line in rest)  # stopping is a notice elsewhere


def test_a_restarted_syslog_daemon_misses_no_line_that_comes_after_it(serve, spliced, connect, receiver):
    daemon, path = receiver()
    proxy = spliced(listen(serve(ANSWER)), log=[f"log = {path} format raw daemon"])
    for _ in range(3):
        assert talk(connect, proxy) == b"12345"
        assert session_line(daemon)
        daemon.close()
        daemon, path = receiver()


def test_a_dead_syslog_daemon_stalls_nothing(serve, spliced, connect, receiver):
    daemon, path = receiver()
    proxy = spliced(listen(serve(ANSWER)), log=[f"log = {path} format raw daemon"])
    daemon.close()
    for _ in range(20):
        assert talk(connect, proxy) == b"12345"
    daemon, _ = receiver()
    assert talk(connect, proxy) == b"12345"
    assert session_line(daemon)


def test_the_shared_stdout_does_not_become_non_blocking(serve, spliced, connect):
    reader, writer = os.pipe()
    try:
        proxy = spliced(listen(serve(ANSWER)), stdout=writer)
        assert talk(connect, proxy) == b"12345"
        wait_until(lambda: b" relay/s1 " in os.read(reader, 65536), "the session's line")
        assert not fcntl.fcntl(writer, fcntl.F_GETFL) & os.O_NONBLOCK
    finally:
        os.close(reader)
        os.close(writer)


def test_a_terminal_that_nobody_reads_stalls_nothing(serve, spliced, connect):
    """poll(2) calls it writable, and a blocking write then waits: the remote login behind it may be dead."""
    master, terminal = pty.openpty()
    try:
        proxy = spliced(listen(serve(ANSWER)), stdout=terminal)
        for _ in range(600):
            assert talk(connect, proxy) == b"12345"
        assert b" relay/s1 " in os.read(master, 65536)
        assert not fcntl.fcntl(terminal, fcntl.F_GETFL) & os.O_NONBLOCK
    finally:
        os.close(master)
        os.close(terminal)


def test_a_stdout_socket_that_nobody_reads_stalls_nothing(serve, spliced, connect):
    """What a service manager gives its services as stdout."""
    reader, writer = socket.socketpair()
    with reader, writer:
        writer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        proxy = spliced(listen(serve(ANSWER)), stdout=writer.fileno())
        for _ in range(200):
            assert talk(connect, proxy) == b"12345"
        lines = reader.recv(1 << 20).decode()
        assert " relay/s1 " in lines
        assert lines.count("\n") < 200
