"""A server for tests: accepts in a thread and runs a script for each connection."""

import os
import socket
import threading
import time

from endpoint import DEADLINE, Peer, Task, parse_address, show_address


def echo(peer):
    """Sends back what comes, as it comes; ends when the other side does."""
    while data := peer.receive():
        peer.send(data)


def echo_after_eof(peer):
    """Sends back everything once the other side has half-closed."""
    peer.send(peer.read_all())


def sink(peer):
    peer.drain()


def hold(peer):
    """Says nothing until the other side ends."""
    peer.drain()


class Server:
    """Accepts in a thread and runs `script(peer)` in one thread for each connection, then closes it.

    With `script=None` connections are only accepted and kept. The port stays reserved while the server does not
    listen, so that connecting is refused and nobody else gets it.
    """

    def __init__(self, script=echo, where="127.0.0.1:0", listening=True, backlog=512):
        self.script = script
        self.peers = []
        self._changed = threading.Condition()
        self._backlog = backlog
        self._listener = None
        self._accepting = None
        self._reserved = None
        family, name = parse_address(where)
        if family != socket.AF_UNIX:
            self._reserved = self._bind(family, name)
            name = self._reserved.getsockname()[:2]
        self._family, self._name = family, name
        self.address = show_address(family, name)
        if listening:
            self.listen()

    @property
    def port(self):
        return self._name[1]

    @staticmethod
    def _bind(family, name):
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            if family != socket.AF_UNIX:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            elif not name.startswith("\0") and os.path.exists(name):
                os.unlink(name)
            sock.bind(name)
        except BaseException:
            sock.close()
            raise
        return sock

    def listen(self):
        self._listener = self._bind(self._family, self._name)
        self._listener.listen(self._backlog)
        self._accepting = Task(self._accept, self._listener)

    def stop_listening(self):
        """New connections are refused; the running ones go on."""
        if self._listener:
            try:
                self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept(), which close() alone does not
            except OSError:
                pass
            self._accepting.join(DEADLINE)
            self._listener.close()
            self._listener = None

    def close(self):
        self.stop_listening()
        for peer in list(self.peers):
            try:
                peer.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            if self.script is None:
                peer.close()
        if self._reserved:
            self._reserved.close()

    def _accept(self, listener):
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            peer = Peer(sock)
            with self._changed:
                self.peers.append(peer)
                self._changed.notify_all()
            if self.script is not None:
                Task(self._serve, peer)

    def _serve(self, peer):
        try:
            self.script(peer)
        except OSError as error:
            if peer.ending is None:
                peer.ending = "rst" if isinstance(error, (ConnectionResetError, BrokenPipeError)) else "timeout"
        finally:
            peer.close()
            with self._changed:
                self._changed.notify_all()

    def wait_for_peers(self, count, deadline=DEADLINE):
        """The connections accepted so far, once there are at least `count`."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.peers) >= count, deadline):
                raise TimeoutError(f"server {self.address} saw {len(self.peers)} connections, not {count}")
            return list(self.peers)

    def wait_for_ending(self, index=0, deadline=DEADLINE):
        """How connection number `index` was ended by the other side."""
        peer = self.wait_for_peers(index + 1, deadline)[index]
        end = time.monotonic() + deadline
        while peer.ending is None and time.monotonic() < end:
            time.sleep(0.005)
        return peer.ending


class FullServer:
    """A listening socket whose queue is full, so that connecting to it goes unanswered until accept_all()."""

    def __init__(self, where="127.0.0.1:0"):
        family, name = parse_address(where)
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.bind(name)
        self._listener.listen(0)
        self.address = show_address(family, self._listener.getsockname())
        self._filler = []
        self.accepted = []  # oldest first; those that filled the queue come before any other
        self._accepting = None
        while self._fill_one():
            pass

    def _fill_one(self):
        sock = socket.socket(self._listener.family, socket.SOCK_STREAM)
        sock.settimeout(0.2)
        try:
            sock.connect(self._listener.getsockname())
        except OSError:
            sock.close()
            return False
        self._filler.append(sock)
        return True

    def accept_all(self):
        """Empties the queue and keeps it empty; the kernel of whoever still tries succeeds with its next SYN."""
        self._accepting = Task(self._accept)

    def _accept(self):
        while True:
            try:
                self.accepted.append(Peer(self._listener.accept()[0]))
            except OSError:
                return

    def close(self):
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        if self._accepting:
            self._accepting.join(DEADLINE)
        self._listener.close()
        for one in self._filler + self.accepted:
            one.close()
