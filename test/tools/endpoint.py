"""One end of a connection, scriptable: Peer. Addresses are written as in the proxy's configuration.

127.0.0.1:80, [::1]:80, /path, unix@/path, abns@name.
"""

import fcntl
import hashlib
import socket
import struct
import termios
import threading
import time

from pattern import pattern_blocks
from waiting import wait_until

DEADLINE = 20.0  # seconds that any single wait of a peer may take
CHUNK = 1 << 16


def parse_address(text):
    """The family and the socket address that `text` means."""
    text = text.removeprefix("unix@")
    if text.startswith("/"):
        return socket.AF_UNIX, text
    if text.startswith("abns@"):
        return socket.AF_UNIX, "\0" + text[5:].ljust(107, "\0")  # as HAProxy pads
    host, _, port = text.rpartition(":")
    host = host.strip("[]")
    return (socket.AF_INET6 if ":" in host else socket.AF_INET), (host, int(port))


def show_address(family, address):
    """The reverse of parse_address()."""
    if family == socket.AF_UNIX:
        if isinstance(address, bytes):
            address = address.decode()
        return "abns@" + address[1:].rstrip("\0") if address.startswith("\0") else "unix@" + address
    return f"[{address[0]}]:{address[1]}" if family == socket.AF_INET6 else f"{address[0]}:{address[1]}"


class Task(threading.Thread):
    """A function that runs in a thread; result() returns what it returned or raises what it raised."""

    def __init__(self, function, *arguments):
        super().__init__(daemon=True)
        self._call = (function, arguments)
        self._outcome = None
        self._error = None
        self.start()

    def run(self):
        function, arguments = self._call
        try:
            self._outcome = function(*arguments)
        except BaseException as error:  # handed to whoever asks for the result
            self._error = error

    def result(self, deadline=DEADLINE):
        self.join(deadline)
        if self.is_alive():
            raise TimeoutError(f"{self._call[0].__name__} did not end within {deadline} s")
        if self._error:
            raise self._error
        return self._outcome


class Peer:
    """One end of a connection; owns its socket.

    `ending` is None while the other side may still send, then "fin", "rst" or "timeout".
    Reading never raises, it sets `ending`; sending raises what the socket raises.
    """

    def __init__(self, sock, deadline=DEADLINE):
        self.sock = sock
        self.sent = 0
        self.received = 0
        self.ending = None
        self._sha256 = hashlib.sha256()
        self.set_deadline(deadline)
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @classmethod
    def connect(cls, address, deadline=DEADLINE, receive_buffer=0, source=None):
        """Connects; a small `receive_buffer` (bytes) makes a reader that stalls stall the sender soon."""
        family, name = parse_address(address)
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            if receive_buffer:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            if source:
                sock.bind((source, 0))
            sock.settimeout(deadline)
            sock.connect(name)
        except BaseException:
            sock.close()
            raise
        return cls(sock, deadline)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def set_deadline(self, seconds):
        self.sock.settimeout(seconds)

    @property
    def sha256(self):
        return self._sha256.hexdigest()

    @property
    def local_address(self):
        return show_address(self.sock.family, self.sock.getsockname())

    @property
    def remote_address(self):
        return show_address(self.sock.family, self.sock.getpeername())

    def send(self, data):
        view = memoryview(data)
        while view:
            count = self.sock.send(view)
            self.sent += count
            view = view[count:]

    def send_pattern(self, seed, size):
        for block in pattern_blocks(seed, size):
            self.send(block)

    def send_until_stuck(self, quiet=0.3, block=bytes(CHUNK)):
        """Sends until the other side has taken nothing for `quiet` seconds; returns the bytes sent."""
        deadline = self.sock.gettimeout()
        self.set_deadline(quiet)
        before = self.sent
        try:
            while True:
                self.send(block)
        except TimeoutError:
            return self.sent - before
        finally:
            self.set_deadline(deadline)

    def dribble(self, data, pause=0.0):
        """Byte by byte, each in a segment of its own."""
        for index in range(len(data)):
            self.send(data[index:index + 1])
            if pause:
                time.sleep(pause)

    def wait_flushed(self, deadline=DEADLINE):
        """Waits until the other side's kernel has acknowledged every byte sent."""
        end = time.monotonic() + deadline
        while struct.unpack("i", fcntl.ioctl(self.sock, termios.TIOCOUTQ, b"\0" * 4))[0]:
            if time.monotonic() > end:
                raise TimeoutError("bytes stayed unacknowledged")
            time.sleep(0.002)

    def receive(self, limit=CHUNK):
        """What one recv() gives; empty once the other side has ended."""
        if self.ending:
            return b""
        try:
            data = self.sock.recv(limit)
        except ConnectionResetError:
            self.ending = "rst"
            return b""
        except TimeoutError:
            self.ending = "timeout"
            return b""
        if not data:
            self.ending = "fin"
        self.received += len(data)
        self._sha256.update(data)
        return data

    def read(self, count):
        """Exactly `count` bytes, or fewer where the other side ended before."""
        parts = []
        while count and (data := self.receive(min(count, CHUNK))):
            parts.append(data)
            count -= len(data)
        return b"".join(parts)

    def read_all(self):
        """Everything until the other side ends."""
        parts = []
        while data := self.receive():
            parts.append(data)
        return b"".join(parts)

    def drain(self, pause=0.0, every=1 << 20):
        """Reads and hashes until the other side ends, with a pause after each `every` bytes; returns the ending."""
        mark = self.received
        while self.receive():
            if pause and self.received - mark >= every:
                mark = self.received
                time.sleep(pause)
        return self.ending

    def half_close(self):
        self.sock.shutdown(socket.SHUT_WR)

    def reset(self):
        """Closes with an RST (SO_LINGER 0, socket(7))."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def close(self):
        self.sock.close()

    def report(self):
        return {"sent": self.sent, "received": self.received, "sha256": self.sha256, "ending": self.ending}


def wait_for_port(address):
    def answers():
        try:
            Peer.connect(address).close()
            return True
        except OSError:
            return False
    wait_until(answers, f"{address} accepts")
