"""The service manager's end of sd_notify(3)."""

import os
import select
import socket
import time

from waiting import DEADLINE


class Manager:
    """Owns the socket of $NOTIFY_SOCKET. `prefix` is the command that runs a program with it."""

    def __init__(self, target, **environment):
        """`target`: a path, or '@' and an abstract name."""
        self.target = target
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(target.replace("@", "\0", 1))
        self._socket.setblocking(False)
        self.messages = []
        self.prefix = ["env", f"NOTIFY_SOCKET={target}", *(f"{name}={value}" for name, value in environment.items())]

    def close(self):
        self._socket.close()

    def _receive(self, patience):
        if not select.select([self._socket], [], [], patience)[0]:
            return False
        text = self._socket.recv(65536).decode()
        self.messages.append(dict(line.split("=", 1) for line in text.splitlines()))
        return True

    def wait_for(self, name, value, count=1):
        """The message of number `count` that says NAME=VALUE, as a dictionary."""
        end = time.monotonic() + DEADLINE
        while True:
            found = [message for message in self.messages if message.get(name) == value]
            if len(found) >= count:
                return found[count - 1]
            if time.monotonic() > end or not self._receive(max(0.0, end - time.monotonic())):
                raise AssertionError(f"{name}={value} was not told {count} time(s): {self.messages}")

    def all(self):
        """Everything that has been told by now."""
        while self._receive(0):
            pass
        return self.messages


def abstract_name(label):
    return f"@spliced-test-{os.getpid()}-{label}"
