"""A reader of bulk that is never the bottleneck: the kernel throws the bytes away instead of copying them out."""

import selectors
import socket
import time
from contextlib import ExitStack

import http11
from child import Failure

# MSG_TRUNC on a TCP socket, see tcp(7). Python wants a buffer as long as what may be taken at a time; nothing is ever
# written to it, so it takes no memory.
NOWHERE = bytearray(1 << 24)
PACED_BLOCK, LONGEST_PAUSE = 1 << 18, 0.01  # bytes and seconds


class Download:
    """One connection that gets the first `size` bytes of the big file."""

    def __init__(self, port, size):
        self.size = size
        self.taken = 0
        self.sock = http11.connect(port)
        http11.ask(self.sock, http11.BULK, http11.first_bytes(size), "Connection: close")
        self._skip_head()
        self.sock.setblocking(False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def fileno(self):
        return self.sock.fileno()

    def _skip_head(self):
        head = b""
        while http11.END_OF_HEAD not in head:
            seen = self.sock.recv(4096, socket.MSG_PEEK)
            if not seen:
                raise Failure("the answer to a request for bulk broke off before it began")
            found = (head + seen).find(http11.END_OF_HEAD)
            wanted = len(seen) if found < 0 else found + len(http11.END_OF_HEAD) - len(head)
            head += self.sock.recv(wanted)
        if not head.startswith(b"HTTP/1.1 206 "):
            raise Failure(f"the answer to a request for bulk began with {head[:32]!r}")

    def take(self, most=0):
        """Takes what is there, or as much as is said; returns how much, 0 at the end."""
        count = self.sock.recv_into(NOWHERE, most, socket.MSG_TRUNC)
        self.taken += count
        if not count and self.taken != self.size:
            raise Failure(f"a transfer of {self.size} bytes ended after {self.taken}")
        return count


def download(port, size, streams=1):
    """Runs so many transfers of `size` bytes each at once, to their ends; returns the seconds that it took."""
    begin = time.perf_counter()
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        for _ in range(streams):
            selector.register(stack.enter_context(Download(port, size)), selectors.EVENT_READ)
        while selector.get_map():
            for each in ready(selector):
                if not each.take():
                    selector.unregister(each)
    return time.perf_counter() - begin


def download_while(condition, port, size, streams, pace=None):
    """Runs so many transfers at once, each again when it has ended, for as long as condition(); returns the bytes.

    `pace` bounds the bytes per second of all together.
    """
    total, begin = 0, time.perf_counter()
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        for _ in range(streams):
            selector.register(stack.enter_context(Download(port, size)), selectors.EVENT_READ)
        while condition():
            for each in ready(selector):
                count = each.take(PACED_BLOCK if pace else 0)
                total += count
                if not count:
                    selector.unregister(each)
                    selector.register(stack.enter_context(Download(port, size)), selectors.EVENT_READ)
            ahead = total / pace - (time.perf_counter() - begin) if pace else 0
            if ahead > 0:
                time.sleep(min(ahead, LONGEST_PAUSE))
    return total


def ready(selector):
    events = selector.select(http11.DEADLINE)
    if not events:
        raise Failure(f"bulk stood still for {http11.DEADLINE:g} s")
    return [key.fileobj for key, _ in events]
